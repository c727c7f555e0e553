import { words } from '../../../kernel/words/words';
import { onePointPer, programme } from '../../../testing/rule-sketches';
import { explainRule } from './explain-rule';

const english = words('en');

describe('a rule explains itself', () => {
  it('in one sentence with all of its conditions', () => {
    const document = programme({
      rules: [
        onePointPer('1.00', {
          when: { categories: ['ice-cream', 'cake'], outlets: ['manila-1'], minimumAmount: '50' },
        }),
        { id: 'visit', kind: 'perVisit', wallet: 'points', points: '5', when: { weekdays: [6, 7] } },
        { id: 'item', kind: 'perItem', wallet: 'points', points: '2', when: { skus: ['ICE-CONE'] } },
        {
          id: 'double',
          kind: 'multiplier',
          wallet: 'points',
          factor: '2',
          when: { from: '2026-11-20', until: '2026-11-21' },
        },
        {
          id: 'none',
          kind: 'exclusion',
          when: { categories: ['gift-card'], hours: { from: '22:00', until: '06:00' } },
        },
      ],
    });
    expect(document.rules.map((rule) => explainRule(rule, document, english))).toEqual([
      'points: +1 for every 1.00 PHP spent on ice-cream or cake, at manila-1, for purchases of 50 PHP or more.',
      'points: +5 for every visit, on Saturdays or Sundays.',
      'points: +2 for every unit bought of article ICE-CONE.',
      'points ×2, from 2026-11-20 on, before 2026-11-21.',
      'Nothing is earned on gift-card, from 22:00 to 06:00.',
    ]);
  });

  it("in its owner's words, where there are any", () => {
    const document = programme({ rules: [onePointPer('1.00', { description: 'A point a peso' })] });
    expect(document.rules.map((rule) => explainRule(rule, document, words('ta')))).toEqual(['A point a peso']);
  });
});
