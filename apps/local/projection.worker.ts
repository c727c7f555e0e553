import { runProjectionThread } from '../../libs/platform/projections/projection-thread';
import { READ_MODELS } from '../read-models';

/** The thread in which every read model of the product is made. */
void runProjectionThread(READ_MODELS);
