import * as iamApi from '@aws-sdk/client-iam';
import { describe, expect, test } from 'vitest';
import { running } from './stand-in-account.ts';

const ETL = 'arn:aws:iam::111122223333:role/etl';

const refusedAs = (name: string, status?: number) =>
  expect.objectContaining({
    name,
    ...(status === undefined ? {} : { $metadata: expect.objectContaining({ httpStatusCode: status }) }),
  });

describe('SimulatePrincipalPolicy', () => {
  const decisions = async (iam: iamApi.IAMClient, input: iamApi.SimulatePrincipalPolicyRequest) => {
    const { EvaluationResults } = await iam.send(new iamApi.SimulatePrincipalPolicyCommand(input));
    return EvaluationResults?.map(({ EvalDecision }) => EvalDecision);
  };

  test('tells allowed from implicitly and explicitly denied, and names the statement', async () => {
    await using it = await running();
    const ActionNames = ['s3:GetObject', 's3:PutObject'];

    expect(await decisions(it.iam, { PolicySourceArn: ETL, ActionNames })).toEqual([
      'allowed',
      'implicitDeny',
    ]);
    await it.iam.send(
      new iamApi.PutRolePolicyCommand({
        RoleName: 'etl',
        PolicyName: 'switched-off',
        PolicyDocument:
          '{"Version":"2012-10-17",\n "Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
      }),
    );
    const { EvaluationResults } = await it.iam.send(
      new iamApi.SimulatePrincipalPolicyCommand({ PolicySourceArn: ETL, ActionNames }),
    );

    expect(EvaluationResults?.map(({ EvalDecision }) => EvalDecision)).toEqual([
      'explicitDeny',
      'explicitDeny',
    ]);
    expect(EvaluationResults?.[0]?.MatchedStatements).toEqual([
      {
        SourcePolicyId: 'role_etl_switched-off',
        SourcePolicyType: 'IAM Policy',
        StartPosition: { Line: 2, Column: 15 },
        EndPosition: { Line: 2, Column: 59 },
      },
    ]);
    await it.iam.send(new iamApi.DeleteRolePolicyCommand({ RoleName: 'etl', PolicyName: 'switched-off' }));
    expect(await decisions(it.iam, { PolicySourceArn: ETL, ActionNames })).toEqual([
      'allowed',
      'implicitDeny',
    ]);
  });

  test('counts groups’ policies, resources, and no managed policy whose document is unknown', async () => {
    await using it = await running();
    const PolicySourceArn = 'arn:aws:iam::111122223333:user/machines/ci-deployer';

    expect(
      await decisions(it.iam, {
        PolicySourceArn,
        ActionNames: ['s3:GetObject'],
        ResourceArns: ['arn:aws:s3:::artefacts/a/b', 'arn:aws:s3:::secrets/a'],
      }),
    ).toEqual(['allowed', 'implicitDeny']);
    expect(
      await decisions(it.iam, { PolicySourceArn, ActionNames: ['billing:GetBill', 'ec2:RunInstances'] }),
    ).toEqual(['explicitDeny', 'implicitDeny']);
  });

  test('evaluates conditions on the context given and names what was missing', async () => {
    await using it = await running();
    it.standIn.addPolicy('role', 'etl', {
      policyName: 'old-sessions',
      document: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Deny',
            Action: '*',
            Resource: '*',
            Condition: { DateLessThan: { 'aws:TokenIssueTime': '2026-03-01T00:00:00Z' } },
          },
        ],
      },
    });
    const ask = (issued: string) => ({
      PolicySourceArn: ETL,
      ActionNames: ['s3:GetObject'],
      ContextEntries: [
        { ContextKeyName: 'aws:TokenIssueTime', ContextKeyType: 'date' as const, ContextKeyValues: [issued] },
      ],
    });

    expect(await decisions(it.iam, ask('2026-02-01T00:00:00Z'))).toEqual(['explicitDeny']);
    expect(await decisions(it.iam, ask('2026-03-02T00:00:00Z'))).toEqual(['allowed']);
    const { EvaluationResults } = await it.iam.send(
      new iamApi.SimulatePrincipalPolicyCommand({ PolicySourceArn: ETL, ActionNames: ['s3:GetObject'] }),
    );
    expect(EvaluationResults?.[0]?.MissingContextValues).toEqual(['aws:TokenIssueTime']);
  });
});

describe('roles and their policies', () => {
  test('trust and inline policies are put back exactly as they were', async () => {
    await using it = await running();
    const read = async () => (await it.iam.send(new iamApi.GetRoleCommand({ RoleName: 'etl' }))).Role;
    const before = decodeURIComponent((await read())?.AssumeRolePolicyDocument ?? '');
    const closed =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}]}';
    const update = (PolicyDocument: string) =>
      it.iam.send(new iamApi.UpdateAssumeRolePolicyCommand({ RoleName: 'etl', PolicyDocument }));

    await update(closed);
    expect(decodeURIComponent((await read())?.AssumeRolePolicyDocument ?? '')).toBe(closed);
    await update(before);
    expect(decodeURIComponent((await read())?.AssumeRolePolicyDocument ?? '')).toBe(before);
    const policy = await it.iam.send(
      new iamApi.GetRolePolicyCommand({ RoleName: 'etl', PolicyName: 'read' }),
    );
    expect(JSON.parse(decodeURIComponent(policy.PolicyDocument ?? ''))).toHaveProperty(
      'Version',
      '2012-10-17',
    );
  });

  test.each([
    ['no JSON', '{', 'MalformedPolicyDocumentException'],
    [
      'a principal',
      '{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}',
      'MalformedPolicyDocumentException',
    ],
    [
      'too much',
      JSON.stringify({ Statement: { Effect: 'Deny', Action: '*', Resource: 'x'.repeat(10_240) } }),
      'LimitExceededException',
    ],
  ])('an inline policy with %s is refused', async (_, PolicyDocument, name) => {
    await using it = await running();

    await expect(
      it.iam.send(new iamApi.PutRolePolicyCommand({ RoleName: 'etl', PolicyName: 'p', PolicyDocument })),
    ).rejects.toEqual(refusedAs(name));
  });

  test('a service-linked role cannot be edited', async () => {
    await using it = await running();

    await expect(
      it.iam.send(
        new iamApi.PutRolePolicyCommand({
          RoleName: 'AWSServiceRoleForConfig',
          PolicyName: 'p',
          PolicyDocument: '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}',
        }),
      ),
    ).rejects.toEqual(refusedAs('UnmodifiableEntityException', 400));
  });
});
