'use strict';
require('../house/node-version');
require('../house/launch').launch('apps/local');
