import 'reflect-metadata';
import { PERMISSIONS } from './tenants';
import { openApiDocument } from '../platform/http/openapi';
import { CONTROLLERS } from './product.module';

/** Of the interface, not of the program: it changes when the interface does. */
export const INTERFACE_VERSION = '0.1.0';

/** The OpenAPI document as text; nothing is started for it. */
export async function generateOpenApi(): Promise<string> {
  return `${JSON.stringify(openApiDocument(CONTROLLERS, PERMISSIONS, INTERFACE_VERSION), null, 2)}\n`;
}
