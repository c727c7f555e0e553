import { Catch, HttpException, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../telemetry/log';
import { LogWriteFault } from '../event-store/faults';
import { HttpProblem, problem } from './http-problem';
import { problemTerms } from './problems';

/** Everything thrown on the way of a request ends here and leaves as a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: Log,
    private readonly allowedMethods: (path: string) => readonly string[],
    /** The log cannot be made durable: the process must end. */
    private readonly onLogWriteFault: (fault: LogWriteFault) => void,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (error instanceof LogWriteFault) this.onLogWriteFault(error);
    if (reply.sent) return;
    sendProblem(reply, request.correlationId, this.problemOf(error, request));
  }

  private problemOf(error: unknown, request: FastifyRequest): HttpProblem {
    if (error instanceof HttpProblem) return error;
    if (isFault(error)) {
      if (!error.retryable) this.log.error({ err: error, correlationId: request.correlationId }, error.message);
      return new HttpProblem(error.code, 'the log of the server says more', error.retryable ? retryLater : {});
    }
    if (error instanceof NotFoundException) return this.nothingHere(request);
    const known = edgeProblem(error);
    if (known !== undefined) return known;
    this.log.error({ err: error, correlationId: request.correlationId }, 'a request ended in a defect');
    return problem('InternalError', 'it is in the log of the server under the id of this answer');
  }

  private nothingHere(request: FastifyRequest): HttpProblem {
    const path = request.url.split('?', 1)[0] as string;
    const allowed = this.allowedMethods(path);
    if (allowed.length === 0) return problem('RouteUnknown', `nothing is served at ${path}`);
    const allow = allowed.join(', ');
    return problem('MethodNotAllowed', `${path} knows ${allow}`, { headers: { allow } });
  }
}

/** The world failed, in a way the table knows; whoever throws it says whether trying again may help. */
function isFault(error: unknown): error is Error & { readonly code: string; readonly retryable: boolean } {
  if (!(error instanceof Error) || !('code' in error) || !('retryable' in error)) return false;
  return typeof error.code === 'string' && problemTerms(error.code) !== undefined;
}

const retryLater = { headers: { 'retry-after': '1' } };

/** Fastify's own refusals, which reach us as Nest's exceptions with Fastify's status. */
function edgeProblem(error: unknown): HttpProblem | undefined {
  if (!(error instanceof HttpException)) return undefined;
  switch (error.getStatus()) {
    case 413:
      return problem('BodyTooLarge', 'send less at once');
    case 415:
      return problem('MediaTypeUnsupported', 'send the body as application/json');
    case 400:
      return problem('InvalidRequest', 'the request line or its headers cannot be read');
    default:
      return undefined;
  }
}

export function sendProblem(reply: FastifyReply, correlationId: string, sent: HttpProblem): void {
  void reply
    .status(sent.status)
    .headers(sent.extra.headers ?? {})
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(sent.toJson(correlationId)));
}
