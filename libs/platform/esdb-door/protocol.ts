/**
 * The EventStoreDB protocol as the installed client knows it: services and messages generated from the servers' own
 * definitions. The client publishes them beside its code and declares no exports, so they are taken from its folder by name,
 * here and nowhere else; a version that moves them stops the build.
 */
export {
  StreamsService,
  type IStreamsServer,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb';
export {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
  ReadReq,
  ReadResp,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb';
export {
  AccessDenied,
  AllStreamPosition,
  BadRequest,
  Empty,
  MaximumAppendSizeExceeded,
  StreamIdentifier,
  UUID,
  WrongExpectedVersion,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb';
export { Status } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb';
export { Code } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/code_pb';
export {
  ServerFeaturesService,
  type IServerFeaturesServer,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb';
export {
  SupportedMethod,
  SupportedMethods,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb';
export {
  GossipService,
  type IGossipServer,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_grpc_pb';
export {
  ClusterInfo,
  EndPoint,
  MemberInfo,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_pb';
