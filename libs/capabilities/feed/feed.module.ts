import { Module } from '@nestjs/common';
import { FeedController } from './feed.http';

export const FEED_CONTROLLERS = [FeedController];

@Module({ controllers: FEED_CONTROLLERS })
export class FeedModule {}
