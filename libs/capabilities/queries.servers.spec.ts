// Every query of a read model gives the same answers on PostgreSQL: `projectAll` makes them there where servers run.
import './accounts/account-entries/account-entries.query.spec';
import './insights/customer-values/customer-values.query.spec';
import './insights/monthly-purchases/monthly-purchases.query.spec';
