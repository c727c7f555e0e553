import type { CustomerEvent } from './customer.events';

export interface Customer {
  readonly enrolled: boolean;
}

export const initialCustomer: Customer = { enrolled: false };

export function evolveCustomer(_customer: Customer, event: CustomerEvent): Customer {
  switch (event.type) {
    case 'CustomerEnrolled':
      return { enrolled: true };
  }
}
