import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

export const DOCUMENTATION_PATH = '/docs';
export const OPEN_API_PATH = '/openapi.json';

/** `/openapi.json` and a page to read and try it at `/docs`, whose parts come from this machine. */
export function serveDocs(app: NestFastifyApplication, openApi: string): void {
  const document = (): OpenAPIObject => JSON.parse(openApi) as OpenAPIObject;
  SwaggerModule.setup(DOCUMENTATION_PATH, app, document, {
    jsonDocumentUrl: OPEN_API_PATH,
    raw: ['json'],
    customSiteTitle: 'Suki',
  });
}

export const isDocumentation = (path: string): boolean =>
  path === OPEN_API_PATH || path === DOCUMENTATION_PATH || path.startsWith(`${DOCUMENTATION_PATH}/`);
