// Rights of connectors to services that are kept per Region, where they work in the installation's own account.
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { connectorRegistry } from '../../lib/connectors/registry.ts';
import { FUNCTION_NAMES, FUNCTIONS, type FunctionName, type FunctionUses } from '../../lib/functions.ts';
import { exampleWith } from './example-config.ts';
import { flat, statementsOf, synthesise } from './synthesise.ts';

const REGIONAL = ['aws-acm', 'aws-rolesanywhere', 'aws-secrets-manager'];
const CONNECTORS = REGIONAL.map((id) => ({ id, settings: { account: '111122223333' } }));

let template: Template;

beforeAll(async () => {
  const configFolder = exampleWith([[['connectors'], CONNECTORS]]);
  template = (await synthesise({ configFolder })).template('-Service');
});

const services = /^(acm|rolesanywhere|secretsmanager):/;

/** What a function may do in those services, beside reading the product's own secrets. */
function permissionsOf(name: FunctionName): string[] {
  const lines = statementsOf(template, `countersign-example-${name}`)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((resource) => `${action} on ${flat(resource)}`)),
    )
    .filter((line) => services.test(line) && !line.startsWith('secretsmanager:GetSecretValue'));
  return [...new Set(lines)].toSorted();
}

describe('connectors that work in the installation’s own account, in every Region', () => {
  test.each(FUNCTION_NAMES)(
    'give %s what their manifests say, in this account and partition alone',
    (name) => {
      const { connectors }: FunctionUses = FUNCTIONS[name];
      const wanted = REGIONAL.flatMap((id) => connectorRegistry.get(id)?.manifest.permissions ?? [])
        .filter((permission) => connectors.includes(permission.for))
        .map(({ action, resource }) => {
          const here = resource
            .replace('arn:aws:', 'arn:<AWS::Partition>:')
            .replace(':*:*:', ':*:<AWS::AccountId>:');
          return `${action} on ${here}`;
        });

      expect(permissionsOf(name)).toEqual([...new Set(wanted)].toSorted());
    },
  );

  test('let nobody read the value of a secret that is not the product’s', () => {
    const readable = FUNCTION_NAMES.flatMap((name) => statementsOf(template, `countersign-example-${name}`))
      .filter(({ Action, Effect }) => Effect === 'Allow' && Action.includes('secretsmanager:GetSecretValue'))
      .flatMap(({ Resource }) => Resource.map(flat));

    expect(readable.length).toBeGreaterThan(0);
    expect(readable.filter((resource) => resource.includes('*'))).toEqual([]);
  });

  test('keep off the product’s own secrets, by the tag they carry', () => {
    const writers = FUNCTION_NAMES.filter((name) =>
      permissionsOf(name).some((line) => line.startsWith('secretsmanager:PutResourcePolicy')),
    );

    expect(writers).toContain('enforce-removals');
    for (const name of writers) {
      const denied = statementsOf(template, `countersign-example-${name}`).find(
        ({ Action, Effect }) => Effect === 'Deny' && Action.includes('secretsmanager:PutResourcePolicy'),
      );
      expect(denied).toMatchObject({
        Resource: ['*'],
        Condition: { Null: { 'aws:ResourceTag/countersign:stage': 'false' } },
      });
    }
  });
});
