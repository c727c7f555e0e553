'use strict';
/** The stations that are pure, by the suffix of their file names: see docs/architecture.md. */
const pureStations = ['decide', 'ledger', 'events', 'state', 'projection', 'contract', 'policy'];

module.exports = { pureStations };
