// The tenants' door: outlets, and who may do what.
export { FIRST_TENANT, MAY_SEE_PERSONAL_FIELDS, PERMISSIONS } from './permissions';
export type { OutletSource } from './tenant/outlet-source';
export { ROLES, type Outlet, type Role, type TenantEvent } from './tenant/tenant.events';
