import { Kafka, type CloudEvent } from 'cloudevents';
import { RecordedHistory } from '../../testing/recorded-history';
import { eventsTopic } from './published-topics';

describe('S.1 a record of loyalty.events.v1', () => {
  const enrolled = {
    type: 'CustomerEnrolled',
    version: 1,
    data: { customer: 'cus_1', profile: 'sealed', identities: [], outlet: 'manila-1', language: 'en' },
  };
  const history = new RecordedHistory();
  history.append({ stream: 'customer-main.cus_1', events: [enrolled], commandKey: 'enrol-1' });
  history.append({ stream: 'tenant-main.main', events: [{ type: 'TenantNamed', version: 1, data: {} }] });

  it('is a CloudEvent in binary mode, of the customer it is about, without anything personal', async () => {
    const published = await eventsTopic.publish(history.events);
    expect(published).toHaveLength(1);
    const { key, value, headers, position } = published[0]!;
    expect({ key, position }).toEqual({ key: 'main/cus_1', position: 0 });
    const message = { headers, value, body: value, key };
    const event = Kafka.toEvent(message) as CloudEvent<object>;
    expect(event.validate()).toBe(true);
    expect(event).toMatchObject({
      type: 'loyalty.customer.enrolled.v1',
      source: '/tenants/main',
      subject: 'cus_1',
      time: '2026-11-20T02:15:00.000Z',
      datacontenttype: 'application/json',
      data: { customerId: 'cus_1', outlet: 'manila-1', language: 'en' },
    });
    expect(value).not.toContain('sealed');
  });
});
