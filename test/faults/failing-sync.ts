import { DiskLogFiles } from '../../libs/platform/event-store/embedded/disk-log-files';

/** Loaded before the product: a disk that takes every write, and fails every sync from the sixth purchase on. */
const GOOD_PURCHASES = 5;

let purchases = 0;

const { open } = DiskLogFiles.prototype;
DiskLogFiles.prototype.open = async function (this: DiskLogFiles, name, options) {
  const file = await open.call(this, name, options);
  const { writeAt, sync } = file;
  file.writeAt = (buffers, offset) => {
    if (Buffer.concat(buffers).includes('PurchaseRecorded')) purchases++;
    return writeAt.call(file, buffers, offset);
  };
  file.sync = () => {
    if (purchases <= GOOD_PURCHASES) return sync.call(file);
    return Promise.reject(Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO', syscall: 'fdatasync' }));
  };
  return file;
};
