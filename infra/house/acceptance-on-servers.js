'use strict';

// test/acceptance/running-product.ts opens two of each process instead of one.
process.env.SUKI_ACCEPTANCE = 'servers';
