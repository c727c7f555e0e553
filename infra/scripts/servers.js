'use strict';
require('../house/node-version');
const { openKafka } = require('../servers/kafka');
const { openPostgres } = require('../servers/postgres');
require('../servers/command-line').serve({ postgres: openPostgres, kafka: openKafka });
