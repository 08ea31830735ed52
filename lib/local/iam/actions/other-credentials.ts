// Service-specific credentials, SSH public keys and signing certificates: list and switch.
import { enumParam, noSuchEntity, pageOf, requiredParam } from '../query-protocol.ts';
import {
  type Action,
  type ActionCall,
  type ActionContext,
  accessDenied,
  requireReport,
  subjectUser,
  timeOf,
} from './action.ts';

const listServiceSpecificCredentials: Action = (context, call) => {
  requireOthers(context, call);
  const everyone = call.params.get('AllUsers') === 'true';
  const users = everyone ? context.account.users() : [subjectUser(context, call)];
  const wanted = call.params.get('ServiceName');
  const all = users.flatMap((user) =>
    user.serviceCredentials
      .filter(({ serviceName }) => wanted === null || serviceName === wanted)
      .map((credential) => ({
        UserName: user.name,
        Status: credential.status,
        ServiceUserName: credential.serviceUserName,
        CreateDate: timeOf(credential.createdAt),
        ExpirationDate: timeOf(credential.expiresAt),
        ServiceSpecificCredentialId: credential.serviceSpecificCredentialId,
        ServiceName: credential.serviceName,
      })),
  );
  if (!everyone) return { ServiceSpecificCredentials: all };
  const { items, ...rest } = pageOf(all, call.params, context.pageSize);
  return { ServiceSpecificCredentials: items, ...rest };
};

const updateServiceSpecificCredential: Action = (context, call) => {
  requireOthers(context, call);
  const credentialId = requiredParam(call.params, 'ServiceSpecificCredentialId');
  const status = enumParam(call.params, 'Status', ['Active', 'Inactive']);
  const held = subjectUser(context, call).serviceCredentials.some(
    ({ serviceSpecificCredentialId }) => serviceSpecificCredentialId === credentialId,
  );
  if (!held) throw noSuchEntity(`The ServiceSpecificCredential with id ${credentialId} cannot be found.`);
  context.account.commit({ kind: 'credential-status', type: 'service-specific', credentialId, status });
  return undefined;
};

const listSshPublicKeys: Action = (context, call) => {
  requireOthers(context, call);
  const user = subjectUser(context, call);
  const { items, ...rest } = pageOf(user.sshKeys, call.params, context.pageSize);
  return {
    SSHPublicKeys: items.map((key) => ({
      UserName: user.name,
      SSHPublicKeyId: key.sshPublicKeyId,
      Status: key.status,
      UploadDate: timeOf(key.uploadedAt),
    })),
    ...rest,
  };
};

const updateSshPublicKey: Action = (context, call) => {
  requireOthers(context, call);
  const credentialId = requiredParam(call.params, 'SSHPublicKeyId');
  const status = enumParam(call.params, 'Status', ['Active', 'Inactive']);
  const held = subjectUser(context, call).sshKeys.some(
    ({ sshPublicKeyId }) => sshPublicKeyId === credentialId,
  );
  if (!held) throw noSuchEntity(`The Public Key with id ${credentialId} cannot be found.`);
  context.account.commit({ kind: 'credential-status', type: 'ssh', credentialId, status });
  return undefined;
};

const listSigningCertificates: Action = (context, call) => {
  const user = subjectUser(context, call);
  requireReport(context, call, user);
  const { items, ...rest } = pageOf(user.certificates, call.params, context.pageSize);
  return {
    Certificates: items.map((certificate) => ({
      UserName: user.name,
      CertificateId: certificate.certificateId,
      CertificateBody: certificate.body,
      Status: certificate.status,
      UploadDate: timeOf(certificate.uploadedAt),
    })),
    ...rest,
  };
};

const updateSigningCertificate: Action = (context, call) => {
  const credentialId = requiredParam(call.params, 'CertificateId');
  const status = enumParam(call.params, 'Status', ['Active', 'Inactive']);
  const user = subjectUser(context, call);
  requireReport(context, call, user);
  const held = user.certificates.some(({ certificateId }) => certificateId === credentialId);
  if (!held) throw noSuchEntity(`The Certificate with id ${credentialId} cannot be found.`);
  context.account.commit({ kind: 'credential-status', type: 'certificate', credentialId, status });
  return undefined;
};

/** Actions on credentials other than access keys, by name. */
export const otherCredentialActions: Readonly<Record<string, Action>> = {
  ListServiceSpecificCredentials: listServiceSpecificCredentials,
  UpdateServiceSpecificCredential: updateServiceSpecificCredential,
  ListSSHPublicKeys: listSshPublicKeys,
  UpdateSSHPublicKey: updateSshPublicKey,
  ListSigningCertificates: listSigningCertificates,
  UpdateSigningCertificate: updateSigningCertificate,
};

/** Neither file tells these credentials: with such a seed they are unknown, not absent. */
function requireOthers(context: ActionContext, call: ActionCall): void {
  if (!context.account.seed.known.otherCredentials) throw accessDenied(call);
}
