import type { TenantId } from '../../../kernel/ids';

/**
 * A programme's first activation may reach back to 1970 only while the tenant holds no account fact. Two claims make that
 * safe between processes that cannot see each other: every opening activation takes the opening of its number, and the
 * first account fact takes `opened` and the opening after the last one its terms knew. Whoever comes second finds a claim
 * taken, learns what the other did, and decides again.
 */
export const openedKey = (tenant: TenantId): string => `${tenant}/opened`;

export const openingKey = (tenant: TenantId, opening: number): string => `${tenant}/opening~${opening}`;
