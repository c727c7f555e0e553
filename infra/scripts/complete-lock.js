'use strict';
require('../house/node-version');
require('../house/complete-lock').main();
