import { Controller, Get, Headers, Query, Res, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { BEGINNING, type EventFilter, type EventStore } from '../../platform/event-store/event-store';
import type { Caller } from '../../platform/http/caller';
import { HttpAnswer, positionOf, positionText } from '../../platform/http/http-answer';
import { problem } from '../../platform/http/http-problem';
import { Operation } from '../../platform/http/operation';
import { CurrentCaller } from '../../platform/http/request-parameters';
import { OneOf, Optional, Text } from '../../platform/http/request-rules';
import { Wired } from '../../platform/wiring/tokens';
import { feedEvent, FEED_CONTRACTS, type FeedEvent } from './feed-event';
import { followFeed, NDJSON, SERVER_SENT } from './feed-stream';

const PAGE = 500;

class FeedQuery {
  @Optional() @Text({ max: 11, description: 'A `position`; what comes after it is sent.' }) readonly after?: string;
  @Optional()
  @Text({ max: 400, description: 'Contract types, separated by commas; all unless said.' })
  readonly types?: string;
  @Optional()
  @Text({ max: 4, pattern: /^[1-9][0-9]{0,3}$/, description: '1 to 9999, 500 unless said.' })
  readonly limit?: string;
  @Optional() @OneOf(['true', 'false'], { description: 'Stay, and send what comes.' }) readonly follow?: string;
}

@Controller('v1/feed')
export class FeedController implements OnModuleDestroy {
  private readonly followers = new Set<AbortController>();
  private closing = false;

  constructor(@Wired('eventStore') private readonly store: EventStore) {}

  @Get()
  @Operation({
    id: 'readFeed',
    tag: 'Feed',
    summary: 'What happened, in the order it was recorded',
    description:
      'Contract events (CloudEvents 1.0), ids only: one JSON object a line, or server-sent events where `Accept` asks for ' +
      '`text/event-stream` (`id` is the position, `Last-Event-ID` resumes). The header `Feed-Position` of a page says how ' +
      'far it has looked: the next `after`. A consumer that keeps the position with what it made of the events misses ' +
      'none and doubles none.',
    query: FeedQuery,
    streams: true,
    answer: { status: 200, description: 'Events after the position.', mediaType: 'application/x-ndjson' },
    problems: ['PositionInvalid'],
  })
  async read(
    @Query() { after, types, limit, follow }: FeedQuery,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentCaller() { tenant }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<HttpAnswer> {
    const from = startOf(lastEventId ?? after);
    if (from > (await this.store.endPosition())) throw problem('PositionInvalid', 'the log has not come that far');
    const filter: EventFilter = { tenant, types: storedTypes(types) };
    const serverSent = accept?.includes('text/event-stream') === true;
    if (!serverSent && follow !== 'true') return this.page(from, filter, Number(limit ?? PAGE));
    const gone = new AbortController();
    this.followers.add(gone);
    reply.raw.once('close', () => {
      this.followers.delete(gone);
      gone.abort();
    });
    if (this.closing) gone.abort();
    const format = serverSent ? SERVER_SENT : NDJSON;
    const events = followFeed(this.store, { after: from, filter, signal: gone.signal }, format);
    return new HttpAnswer(200, Readable.from(events, { objectMode: false, highWaterMark: 64 * 1024 }), {
      'content-type': format.mediaType,
      'cache-control': 'no-store',
    });
  }

  /** Followers would keep the process from ending. */
  onModuleDestroy(): void {
    this.closing = true;
    for (const follower of this.followers) follower.abort();
  }

  private async page(after: number, filter: EventFilter, limit: number): Promise<HttpAnswer> {
    const end = await this.store.endPosition();
    const events: FeedEvent[] = [];
    let last = after;
    for await (const batch of this.store.readAll({ after, filter, limit })) {
      for (const event of batch) {
        last = event.position;
        const sent = feedEvent(event);
        if (sent !== undefined) events.push(sent);
      }
    }
    // A full page ends at its last event, any other at the end of the log, which may have moved on meanwhile.
    const seen = events.length === limit ? last : Math.max(last, end);
    const body = Buffer.from(events.map((event) => NDJSON.text(event)).join(''));
    return new HttpAnswer(200, body, {
      'content-type': NDJSON.mediaType,
      'feed-position': seen === BEGINNING ? '' : positionText(seen),
    });
  }
}

function startOf(position: string | undefined): number {
  if (position === undefined || position === '') return BEGINNING;
  const at = positionOf(position);
  if (at === undefined) throw problem('PositionInvalid', 'send the position as an answer or event gave it');
  return at;
}

/** @throws HttpProblem 400 for a type that is no contract. */
function storedTypes(types: string | undefined): readonly string[] {
  if (types === undefined) return Object.values(FEED_CONTRACTS);
  return types.split(',').map((type) => {
    const stored = FEED_CONTRACTS[type.trim()];
    if (stored !== undefined) return stored;
    const detail = `${type} is none of ${Object.keys(FEED_CONTRACTS).join(', ')}`;
    throw problem('InvalidRequest', detail, { errors: [{ pointer: '/types', detail }] });
  });
}
