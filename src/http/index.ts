export type { Answer, RetrieveRequest, Retriever, RetrieverOptions } from './answer.ts';
export { type DeclarationAnswer, retrieveDeclaration } from './declaration.ts';
export { conditionsOf, confirms, updatedFields, validatorsOf } from './fields/conditional.ts';
export { allFields } from './fields/fields.ts';
export { freshForMs, statedLifeMs } from './fields/freshness.ts';
export { userAgent } from './identity.ts';
export {
  askLicense,
  askOrigin,
  askRules,
  type FileRequest,
  type OriginAsker,
  pageLicenses,
} from './origin-files.ts';
export type { AddressClass } from './place/address.ts';
export { classifyAddress } from './place/address.ts';
export { createAddressBook } from './place/address-book.ts';
export { type CanonicalUrl, canonicaliser } from './place/canonical-url.ts';
export { nameServerAnswers } from './place/name-server.ts';
export { parseResolveRule } from './place/resolve-rule.ts';
export type { UrlRefusal, UrlRules } from './place/url-check.ts';
export { checkUrl, originKey, withoutUserinfo } from './place/url-check.ts';
export { createRetriever, whenReceived } from './retriever.ts';
export { freshNonce, publicJwk, type Signing, signatureFields } from './signature.ts';
export { addressGroup, createAdmission, domainGroup } from './waiting/admission.ts';
export { createPace, type Pace, type RequestNote } from './waiting/pace.ts';
export { createSeats } from './waiting/seats.ts';
