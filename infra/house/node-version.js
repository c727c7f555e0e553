// Read by every Node there ever was, so that a wrong one gets one clear line instead of a syntax error: ES5 only.
'use strict';

var lowest = [20, 19];
var below = 25;

var version = process.versions.node.split('.').map(Number);
var tooOld = version[0] < lowest[0] || (version[0] === lowest[0] && version[1] < lowest[1]);

if (tooOld || version[0] >= below) {
  process.stderr.write(
    'Suki needs Node ' +
      lowest.join('.') +
      ' or newer and older than ' +
      below +
      '; this is Node ' +
      process.versions.node +
      '.\n',
  );
  process.exit(1);
}
