import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { wired } from '../../platform/wiring/tokens';
import { CustomerProfileController } from './customer-profile/customer-profile.http';
import { CustomerFinder } from './customer/customer-finder';
import { EnrolCustomerHandler } from './enrol-customer/enrol-customer.handler';
import { EnrolCustomerController } from './enrol-customer/enrol-customer.http';
import { LookUpCustomerController } from './look-up-customer/look-up-customer.http';

export const CUSTOMER_CONTROLLERS = [EnrolCustomerController, LookUpCustomerController, CustomerProfileController];

@Module({
  imports: [CqrsModule],
  controllers: CUSTOMER_CONTROLLERS,
  providers: [CustomerFinder, { provide: wired('customers'), useExisting: CustomerFinder }, EnrolCustomerHandler],
  exports: [CustomerFinder, wired('customers')],
})
export class CustomersModule {}
