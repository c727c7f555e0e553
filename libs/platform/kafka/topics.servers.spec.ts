import { randomBytes } from 'node:crypto';
import { kafkaOfTests } from '../../testing/published-topic';
import { KafkaSettingFault } from './faults';
import { ensureTopics, type TopicPlan } from './topics';

describe('topics', () => {
  const admin = kafkaOfTests().admin();
  beforeAll(() => admin.connect());
  afterAll(() => admin.disconnect());

  const plan = (change: Partial<TopicPlan> = {}): TopicPlan => ({
    name: `test.${randomBytes(6).toString('hex')}`,
    partitions: 3,

    cleanup: 'compact',
    ...change,
  });

  it('are made where they are missing, by whoever comes first, and are found as planned afterwards', async () => {
    const plans = [plan(), plan({ cleanup: 'delete', retentionMs: -1 })];
    await Promise.all([ensureTopics(admin, plans), ensureTopics(admin, plans)]);
    await ensureTopics(admin, plans);
  });

  it.each<[string, Partial<TopicPlan>, RegExp]>([
    ['more partitions', { partitions: 4 }, /has 3 partitions, not 4/],
    ['another cleanup policy', { cleanup: 'delete' }, /has cleanup.policy compact, not delete/],
  ])('are refused, and left alone, where %s are planned than there are', async (_, change, message) => {
    const made = plan();
    await ensureTopics(admin, [made]);
    const refused = ensureTopics(admin, [{ ...made, ...change }]);
    await expect(refused).rejects.toThrow(KafkaSettingFault);
    await expect(refused).rejects.toThrow(message);
    await ensureTopics(admin, [made]);
  });
});
