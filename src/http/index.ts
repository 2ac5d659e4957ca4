export type { AddressClass } from './address.ts';
export { classifyAddress } from './address.ts';
export { createAddressBook } from './address-book.ts';
export { addressGroup, createAdmission, domainGroup } from './admission.ts';
export type { Answer, RetrieveRequest, Retriever, RetrieverOptions } from './answer.ts';
export { type CanonicalUrl, canonicaliser } from './canonical-url.ts';
export { conditionsOf, confirms, updatedFields, validatorsOf } from './conditional.ts';
export { type DeclarationAnswer, retrieveDeclaration } from './declaration.ts';
export { allFields } from './fields.ts';
export { freshForMs, statedLifeMs } from './freshness.ts';
export { userAgent } from './identity.ts';
export { nameServerAnswers } from './name-server.ts';
export {
  askLicense,
  askOrigin,
  askRules,
  type FileRequest,
  type OriginAsker,
  pageLicenses,
} from './origin-files.ts';
export { createPace, type Pace, type RequestNote } from './pace.ts';
export { parseResolveRule } from './resolve-rule.ts';
export { createRetriever, whenReceived } from './retriever.ts';
export { createSeats } from './seats.ts';
export { freshNonce, publicJwk, type Signing, signatureFields } from './signature.ts';
export type { UrlRefusal, UrlRules } from './url-check.ts';
export { checkUrl, originKey, withoutUserinfo } from './url-check.ts';
