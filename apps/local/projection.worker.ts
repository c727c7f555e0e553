import { READ_MODELS } from '../../libs/capabilities/read-models';
import { runProjectionThread } from '../../libs/platform/projections/projection-thread';

/** The thread in which every read model of the product is made. */
void runProjectionThread(READ_MODELS);
