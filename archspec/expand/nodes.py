"""Second half of expansion: operations to nodes, with names and wires."""

from typing import Any, assert_never

from archspec.diagnostics.sink import REPORTED, Reported, Sink
from archspec.expand.graph import Expected, Node, Ref, Scope
from archspec.expand.limits import Limits
from archspec.expand.names import NO_NAMES, Frame, Refs, find, lookup
from archspec.expand.operations import (
    ApplyOperation,
    GroupOperation,
    LayerOperation,
    LostOperation,
    OpenOperation,
    OpenOperations,
    Operation,
    Operations,
)
from archspec.expand.resolve import Resolver
from archspec.layers import Layer
from archspec.spec.types import BlockOutput, CallItem, Item, ParallelItem


class Expander:
    """Makes the nodes of operations, in frames of names."""

    def __init__(self, nodes: list[Node], sink: Sink, resolver: Resolver) -> None:
        self.nodes = nodes
        self.sink = sink
        self.resolver = resolver
        self.expected: list[Expected] = []
        self.lost: list[int] = []
        """Nodes that read something that is missing because of a mistake."""
        self.losses = 0
        """How often something is missing."""
        self._firsts: dict[tuple[int, str], int | Frame | Refs | Reported] = {}
        """What a name stood for before it came twice."""
        self._limits = Limits(sink)
        self._given = NO_NAMES
        """The named outputs of the last operation, if it was a block which has some."""
        self._settling: Any = None

    def run(
        self,
        part: Operations,
        current: Refs | Reported,
        frame: Frame,
        scope: Scope,
        trainable: bool,
    ) -> Refs | Reported:
        """Add the nodes of operations that begin with ``current``; gives what the last one gives."""
        if type(part) is OpenOperations:
            part = self._asked.settle_body(part, current, frame)
        operations = part.items
        self._limits.enter(scope, frame.prefix, len(operations))
        nodes = self.nodes
        for operation in operations:
            start, losses = len(nodes), self.losses
            before = current
            if operation.sources is not None:
                current = self._sources(operation, frame, operations)
            if type(operation) is OpenOperation:
                settled = self._asked.settle(operation, current, frame, operations)
                if settled is None:  # its `when` is false
                    current = before
                    continue
                operation = settled
            self._given = NO_NAMES
            inner = trainable and operation.trainable
            if type(operation) is LayerOperation:  # nearly all are
                current = self._layer(operation, current, frame, scope, inner)
            elif isinstance(operation, GroupOperation):
                if operation.roles:
                    current = self._by_role(operation, current, frame, operation)
                current = self.group(operation, current, frame, scope, inner)
            elif isinstance(operation, ApplyOperation):
                current = self._apply(operation, current, frame, scope, inner, operations)
            elif isinstance(operation, LostOperation):
                current = self._lose(operation, frame)
            elif isinstance(operation, OpenOperation):
                raise AssertionError("an operation is settled once")
            else:
                assert_never(operation)
            if operation.expect is not None and current is not REPORTED and losses == self.losses:
                expect = operation.item.expect
                assert expect is not None
                name = operation.name or operation.item.word
                label = nodes[-1].name if type(operation) is LayerOperation else frame.prefix + name
                values = operation.expect
                self.expected.append(Expected(values, expect, start, len(nodes), current, label))
        self._limits.leave()
        return current

    # Shapes that formulas ask for

    @property
    def _asked(self) -> Any:
        """What settles that which asks for shapes: few specs do."""
        if self._settling is None:
            from archspec.expand.settling import Settling

            self._settling = Settling(self.nodes, self.lost, self.resolver, self._limits)
        return self._settling

    def _begun(self) -> int:
        """How many operations have been settled, for what may be applied again."""
        return self._settling.begun() if self._settling is not None else 0

    # Operations

    def _lose(self, operation: Operation, frame: Frame) -> Reported:
        """It cannot be made: whoever reads it is silent."""
        self.losses += 1
        name = operation.name
        if isinstance(operation, LostOperation):
            if operation.base and name is None:
                name = frame.free_name(operation.base)
            if operation.open:
                frame.open += (operation.name or "",)
        if name is not None:
            frame.names.setdefault(name, REPORTED)
        return REPORTED

    def _layer(
        self,
        operation: LayerOperation,
        current: Refs | Reported,
        frame: Frame,
        scope: Scope,
        trainable: bool,
    ) -> Refs | Reported:
        names, name = frame.names, operation.name
        item = operation.item
        if name is None:
            name = frame.free_name(operation.base)
        elif name in names:
            self._refuse_name(item, name, frame, scope)
            if not isinstance(names[name], Frame):
                self._firsts.setdefault((id(frame), name), names[name])
                names[name] = REPORTED  # which of the two is meant is not known
            name = frame.free_name(name)
        else:
            self._limits.add_letters(len(name), scope)
        start = len(self.nodes)
        names[name] = start
        layer = operation.layer
        if operation.roles:
            layer, current = self._with_roles(operation, layer, current, frame)
        if current is REPORTED:
            current = ()
            self.losses += 1
            self.lost.append(start)
        elif len(current) > 1:
            self._limits.add_read(len(current), item)
        name = frame.prefix + name
        self.nodes.append(Node(name, layer, current, scope, item, trainable, -1))
        return ((start, 0),)

    def group(
        self,
        group: GroupOperation,
        current: Refs | Reported,
        frame: Frame,
        scope: Scope,
        trainable: bool,
        by: Item | None = None,
    ) -> Refs | Reported:
        """The nodes of a group; ``by`` is the `apply` that uses it again."""
        item = group.item
        name = group.name
        start = len(self.nodes)
        if name is not None and name in frame.names:
            self.losses += 1
            return self._refuse_name(item, name, frame, scope)
        if group.kind == "block":
            assert isinstance(item, CallItem)
            block = item.block
            name = name or frame.free_name(block.name)
            path = frame.prefix + name
            inner = Frame(path + ".", None, start, group)
            inner.log = self._begun()
            if len(block.inputs) == 1:
                inner.names[block.inputs[0]] = current
            elif current is REPORTED:
                inner.names.update((n, REPORTED) for n in block.inputs)
            elif len(block.inputs) == len(current):
                inner.names.update(
                    (n, (ref,)) for n, ref in zip(block.inputs, current, strict=True)
                )
            else:
                from archspec.expand.wire_errors import report_inputs  # for what is wrong only

                report_inputs(item, len(current), frame, self.sink)
                current = REPORTED
                inner.names.update((n, REPORTED) for n in block.inputs)
            frame.names[name] = inner
            below = Scope(scope, "block", block.name, path, by or item, title=block.title)
            expected = len(self.expected)
            part = group.parts[0]
            wires = group.outputs
            if type(part) is OpenOperations:
                part = self._asked.settle_body(part, current, inner)
                wires = self.resolver.outputs(block.outputs, part.values) if block.outputs else None
            inner.output = self.run(part, current, inner, below, trainable)
            if wires is not None and inner.output is not REPORTED:
                inner.output = self._outputs(wires, inner)
            if block.whole is not None:
                # What a network expects holds for its own input; its own file checks it.
                del self.expected[expected:]
            return inner.output
        if group.kind == "repeat":
            return self._repeat(group, current, frame, scope, trainable)
        return self._parallel(group, current, frame, scope, trainable)

    def _repeat(
        self,
        group: GroupOperation,
        current: Refs | Reported,
        frame: Frame,
        scope: Scope,
        trainable: bool,
    ) -> Refs | Reported:
        name, item = group.name, group.item
        start, log = len(self.nodes), self._begun()
        path = frame.prefix + name if name else frame.prefix[:-1]
        outer = Scope(scope, "repeat", item.word, path, item, count=len(group.parts))
        link = "_" if name and name[-1].isdigit() else ""
        for index, part in enumerate(group.parts):
            inner, below = frame, path
            if name is not None:
                label = f"{name}{link}{index + 1}"
                if label in frame.names:
                    self.losses += 1
                    return self._refuse_name(item, label, frame, scope)
                below = frame.prefix + label
                inner = Frame(below + ".", frame, len(self.nodes), part)
                inner.log, inner.round = self._begun(), index + 1
                frame.names[label] = inner
            round_ = Scope(outer, "round", item.word, below, item, index, len(group.parts))
            current = self.run(part, current, inner, round_, trainable)
            if name is not None:
                inner.close(current)
                inner.given = self._given
        if name is not None:
            whole = Frame(frame.prefix, None, start, group)
            whole.log = log
            whole.output, whole.given = current, self._given
            frame.names[name] = whole
        return current

    def _parallel(
        self,
        group: GroupOperation,
        current: Refs | Reported,
        frame: Frame,
        scope: Scope,
        trainable: bool,
    ) -> Refs | Reported:
        name, item = group.name, group.item
        assert isinstance(item, ParallelItem)
        start = len(self.nodes)
        outer_frame = frame
        path = frame.prefix[:-1]
        if name is not None:
            path = frame.prefix + name
            outer_frame = Frame(path + ".", frame, start, group)
            outer_frame.log = self._begun()
            frame.names[name] = outer_frame
        outer = Scope(scope, "parallel", item.word, path, item)
        ends: list[Ref] = []
        broken = False
        for label, part in zip(group.labels, group.parts, strict=True):
            if not part.items and type(part) is Operations:
                if current is REPORTED:
                    broken = True
                else:
                    self._limits.add_read(len(current), item)
                    ends += current
                continue
            inner, below = outer_frame, path
            if label:
                local = outer_frame.free_name(label)
                below = outer_frame.prefix + local
                inner = Frame(below + ".", outer_frame, len(self.nodes), part)
                inner.log = self._begun()
                outer_frame.names[local] = inner
            branch = Scope(outer, "branch", label or item.word, below, item)
            end = self.run(part, current, inner, branch, trainable)
            if label:
                inner.close(end)
            if end is REPORTED:
                broken = True
            else:
                ends += end
        if broken:
            if name is not None:
                outer_frame.close(REPORTED)
            return REPORTED
        result: Refs | Reported = tuple(ends)
        if group.merge is not None:
            merge = Operations([group.merge], True)
            result = self.run(merge, result, outer_frame, outer, trainable)
        if name is not None:
            outer_frame.close(result)
        return result

    def _apply(
        self,
        operation: ApplyOperation,
        current: Refs | Reported,
        frame: Frame,
        scope: Scope,
        trainable: bool,
        around: list[Operation],
    ) -> Refs | Reported:
        target = find(frame, operation.target, self.nodes)
        nodes = self.nodes
        item = operation.item
        start = len(nodes)
        self._limits.add_applied(start, scope)
        if target is REPORTED:
            return self._lose(operation, frame)
        if isinstance(target, int):
            owner = nodes[target]
            name = operation.name or frame.free_name(owner.name.rpartition(".")[2])
            if name in frame.names:
                self._refuse_name(item, name, frame, scope)
                name = frame.free_name(name)
            frame.names[name] = start
            first = target if owner.shares < 0 else owner.shares
            layer = self._called(operation, owner.layer)
            layer, current = self._with_roles(operation, layer, current, frame)
            reads = () if current is REPORTED else current
            if current is REPORTED:
                self.losses += 1
                self.lost.append(start)
            node = Node(frame.prefix + name, layer, reads, scope, item, owner.trainable, first)
            nodes.append(node)
            return ((start, 0),)
        if isinstance(target, Frame) and target.operation is not None:
            if operation.arguments:
                from archspec.expand.roles import refuse_arguments

                refuse_arguments(operation, self.sink)
            name = operation.name or frame.free_name(operation.target.rpartition(".")[2])
            replay = target.operation
            current = self._by_role(operation, current, frame, replay)
            settling = self._settling
            replayed = settling.replay(target.log) if settling is not None else -1
            if isinstance(replay, GroupOperation):
                group = GroupOperation(replay.item, replay.kind, replay.parts, replay.labels)
                group.merge, group.name = replay.merge, name
                group.outputs = replay.outputs
                result = self.group(group, current, frame, scope, trainable, item)
            else:
                inner = Frame(frame.prefix + name + ".", frame, start, replay)
                frame.names[name] = inner
                below = Scope(scope, "block", "apply", frame.prefix + name, item)
                inner.log = target.log
                result = self.run(replay, current, inner, below, trainable)
                inner.close(result)
            if settling is not None:
                settling.replayed = replayed
            copies = nodes[start:]
            owners = nodes[target.start : target.start + len(copies)]
            pairs = zip(owners, copies, strict=True)
            for first, (owner, node) in enumerate(pairs, target.start):
                node.shares = first if owner.shares < 0 else owner.shares
                node.trainable = owner.trainable
            return result
        from archspec.expand.wire_errors import report_target

        report_target(operation, frame, nodes, self.sink, around)
        return self._lose(operation, frame)

    def _outputs(self, wires: list[tuple[BlockOutput, str]], frame: Frame) -> Refs | Reported:
        """What a block gives by its `outputs`; their names are seen from outside."""
        found: list[Ref] = []
        names: dict[str, Refs | Reported] = {}
        for output, wire in wires:
            refs, trail = lookup(frame, wire, self.nodes)
            if refs is None:
                from archspec.expand.wire_errors import report_output  # for what is wrong only

                report_output(output, wire, trail, frame, self.nodes, self.sink)
                refs = REPORTED
            if output.name is not None:
                named = frame.names.get(output.name)
                if named is not None and output.name != wire:
                    from archspec.expand.wire_errors import report_output_name

                    refs = report_output_name(output.name, output.place, frame, self.sink)
                names[output.name] = refs
            if refs is REPORTED:
                self.losses += 1
            else:
                found += refs
        frame.names.update(names)
        self._given = names
        return REPORTED if REPORTED in names.values() or not found else tuple(found)

    def _called(self, operation: ApplyOperation, layer: Layer) -> Layer:
        """The layer that is applied, with other arguments of its call if there are some."""
        if not operation.arguments:
            return layer
        from archspec.expand.roles import called

        return called(operation, layer, self.sink)

    def _with_roles(
        self, operation: Operation, layer: Layer, current: Refs | Reported, frame: Frame
    ) -> tuple[Layer, Refs | Reported]:
        """The layer whose inputs have roles, and what it reads in the layer's own order."""
        if not operation.roles:
            return layer.with_roles(()), current  # of one that is applied again, they are others
        if current is REPORTED:
            from archspec.expand.roles import check_roles

            check_roles(operation, layer, self.sink)
            return layer.with_roles(()), current
        from archspec.expand.roles import with_roles

        counts = self._counts(operation, frame)
        return with_roles(operation, layer, current, counts, self.sink)

    def _by_role(
        self,
        operation: Operation,
        current: Refs | Reported,
        frame: Frame,
        group: GroupOperation | Operations,
    ) -> Refs | Reported:
        """What a block reads, in the order of its inputs; ``group`` is what an `apply` uses again."""
        if current is REPORTED or not operation.roles:
            return current
        from archspec.expand.roles import block_inputs

        return block_inputs(operation, group, current, self._counts(operation, frame), self.sink)

    def _counts(self, operation: Operation, frame: Frame) -> list[int]:
        """How many outputs each of its wires gives."""
        found = []
        for source in operation.sources or ():
            refs, _ = lookup(frame, source, self.nodes)
            found.append(len(refs) if refs is not None and refs is not REPORTED else 1)
        return found

    def _sources(
        self, operation: Operation, frame: Frame, around: list[Operation]
    ) -> Refs | Reported:
        found: list[Ref] = []
        nodes = self.nodes
        sources = operation.sources or ()
        if not sources:
            return REPORTED  # their names are not known
        sound = True
        told = ""
        for number, source in enumerate(sources):
            refs, trail = lookup(frame, source, nodes)
            if refs is None:
                from archspec.expand.wire_errors import report_source

                if not told or trail != told:  # `encoder.h` and `encoder.c` are one mistake
                    report_source(operation, number, trail, frame, nodes, self.sink, around)
                sound, told = False, trail
            elif refs is REPORTED:
                sound = False
            else:
                self._limits.add_read(len(refs), operation.item)
                found += refs
        return tuple(found) if sound else REPORTED

    def _refuse_name(self, item: Item, name: str, frame: Frame, scope: Scope) -> Reported:
        from archspec.expand.wire_errors import report_name

        earlier = self._firsts.get((id(frame), name), frame.names[name])
        first = None
        if isinstance(earlier, int) and earlier < len(self.nodes):
            first = self.nodes[earlier].item
        elif isinstance(earlier, Frame) and isinstance(earlier.operation, GroupOperation):
            first = earlier.operation.item
        return report_name(item, name, frame, scope, self.sink, first)
