// What the aws-acm connector says of itself: it reads, and gives people tasks. ACM has nothing that switches a certificate off.
import type { ConnectorManifest } from '../../application/ports/connector.ts';

const task = (description: string) => ({ how: 'manual-task' as const, description });

const CERTIFICATE = 'arn:aws:acm:*:*:certificate/*';

/** Manifest of the aws-acm connector. */
export const manifest: ConnectorManifest = {
  id: 'aws-acm',
  title: 'AWS Certificate Manager certificates',
  identityKinds: ['certificate'],
  capabilities: {
    collect: {
      how: 'automatic',
      description: 'ListCertificates in every Region of the settings, with who uses them and their tags',
    },
    disable: {
      certificate: task(
        'a person puts another certificate in its place wherever it is used, deletes it, and confirms',
      ),
    },
    restore: {
      certificate: task('a person puts it back into use; one that was deleted is issued or imported anew'),
    },
    verify: {
      certificate: {
        how: 'automatic',
        description: 'DescribeCertificate: `confirmed` once it is gone, `unchecked` until then',
      },
    },
    remove: { certificate: task('a person deletes it: nothing brings its private key back') },
  },
  permissions: [
    grant('collect', 'acm:ListCertificates', '*', 'certificates with dates and status'),
    grant('collect', 'acm:DescribeCertificate', CERTIFICATE, 'which resources use one'),
    grant('collect', 'acm:ListTagsForCertificate', CERTIFICATE, 'who answers for it'),
    grant('disable', 'acm:DescribeCertificate', CERTIFICATE, 'name what uses it in the task'),
    grant('verify', 'acm:DescribeCertificate', CERTIFICATE, 'see whether it is gone'),
  ],
};

function grant(
  serves: ConnectorManifest['permissions'][number]['for'],
  action: string,
  resource: string,
  why: string,
): ConnectorManifest['permissions'][number] {
  return { action, resource, for: serves, why };
}
