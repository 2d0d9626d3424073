import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { Timestamp } from '../rules';

export const OPERATION_CALLED_OFF = 'liaison.operation.called-off.v1';

/** An announced operation will not take place, whatever the reason: nobody has to be ready any more. */
@EventPayload(OPERATION_CALLED_OFF)
@JSONSchema({ title: 'Operation called off' })
export class OperationCalledOffV1 {
  @Category('dates')
  @Timestamp()
  calledOffAt: string;
}
