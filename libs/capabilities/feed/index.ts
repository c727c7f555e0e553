// The feed's door: what leaves the product, as others are told it.
export { FEED_CONTRACTS, feedEvent, type FeedEvent } from './feed-event';
