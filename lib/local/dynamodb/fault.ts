// What DynamoDB answers when it refuses: HTTP 400 and a body with the error's full type name.
import type { Item } from './values.ts';

/** Why one action of a transaction stopped it. `Code` is `None` for the actions that did not. */
export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

/** The body of an error answer. */
export interface FaultBody {
  readonly __type: string;
  readonly message: string;
  /** The item that stood in the way, when it was asked for. */
  readonly Item?: Item;
  readonly CancellationReasons?: readonly CancellationReason[];
}

/** A refusal to be sent to the caller as it is. Anything else thrown while answering is our own failure (HTTP 500). */
export class ServiceFault extends Error {
  readonly statusCode: number;
  readonly body: FaultBody;

  constructor(body: FaultBody, statusCode = 400) {
    super(body.message);
    this.name = 'ServiceFault';
    this.statusCode = statusCode;
    this.body = body;
  }

  /** The error's name as the SDK shows it, without its namespace. */
  get code(): string {
    return this.body.__type.slice(this.body.__type.lastIndexOf('#') + 1);
  }
}

/** A fault of the service's own model, such as `ConditionalCheckFailedException`. */
export function modelFault(code: string, message: string, more: Partial<FaultBody> = {}): ServiceFault {
  return new ServiceFault({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message, ...more });
}

/** The request does not make sense. */
export function validationFault(message: string): ServiceFault {
  return new ServiceFault({ __type: 'com.amazon.coral.validate#ValidationException', message });
}

/** A fault of the request layer in front of the service, such as `UnknownOperationException`. */
export function coralFault(code: string, message: string): ServiceFault {
  return new ServiceFault({ __type: `com.amazon.coral.service#${code}`, message });
}

/** Nobody is called this here. */
export function notFoundFault(message = 'Requested resource not found'): ServiceFault {
  return modelFault('ResourceNotFoundException', message);
}
