'use strict';
const fs = require('node:fs');
const path = require('node:path');

/**
 * All suites that look at the pure ledger as one: what they load is loaded once for a mutant, not once for each of them. Of the
 * properties the model is enough; the others would be tried again for every mutant and find the same.
 */
const compiled = path.join(__dirname, '../../dist');
const suitesIn = (folder) =>
  fs
    .readdirSync(path.join(compiled, folder))
    .filter((file) => file.endsWith('.spec.js') && !/^explain-|\.propert(y|ies)\./.test(file))
    .map((file) => `${folder}/${file}`);

const capabilities = 'libs/capabilities';
const suites = [
  ...suitesIn(`${capabilities}/accounts/account`),
  ...suitesIn(`${capabilities}/programmes/language`),
  `${capabilities}/accounts/adjust-points/adjust-points.spec.js`,
  `${capabilities}/accounts/announce-lapses/announce-lapses.spec.js`,
  `${capabilities}/accounts/claim-purchase/claim-purchase.spec.js`,
  `${capabilities}/accounts/record-activity/record-activity.spec.js`,
  `${capabilities}/accounts/record-purchase/record-purchase.spec.js`,
  `${capabilities}/accounts/reserve-redemption/redemption-decisions.spec.js`,
  `${capabilities}/accounts/reserve-redemption/redemption-terms.spec.js`,
  `${capabilities}/accounts/return-goods/return-goods.spec.js`,
  `${capabilities}/accounts/void-purchase/void-purchase.spec.js`,
  'libs/testing/model/model-commands.spec.js',
  'test/golden/ledgers.spec.js',
];
for (const suite of suites) require(path.join(compiled, suite));
