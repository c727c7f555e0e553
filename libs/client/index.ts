export { SukiApi, type ApiAnswer, type ApiRefusal, type Patience } from './suki-api';
export { SukiApiFault } from './suki-api-fault';
export { memberOf, textField } from './json-members';
