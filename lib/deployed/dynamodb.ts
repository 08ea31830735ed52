import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CALLS } from './aws.ts';

let client: DynamoDBClient | undefined;

/** The sandbox's one DynamoDB client. */
export function dynamoDb(): DynamoDBClient {
  client ??= new DynamoDBClient(CALLS);
  return client;
}
