using IpsecDp.Fuzz.Ike;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Print;

namespace IpsecDp.Fuzz.Targets.Ike;

/// <summary>One payload's body: read whole or refused by name, and what was read can be written and read again.</summary>
public sealed class IkePayloadTarget(PayloadType type) : IFuzzTarget
{
    private readonly byte[] _room = new byte[InputMutator.MaximumLength];

    /// <inheritdoc/>
    public string Name { get; } = IkeSeeds.TargetOf(type);

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        var isRead = PayloadParser.TryRead(new PayloadFrame(type, PayloadType.None, false, 0, input), out var payload, out var failure);
        Promise.Holds(isRead == (failure.Fault == IkeFault.None), "a body is read or refused by name");
        Promise.Holds(isRead == (payload is not null), "what is read is there");
        if (payload is null)
        {
            Promise.Holds(failure.Family == IkeFaultFamily.Payload || failure.Family == IkeFaultFamily.Fragment, "the fault is the payload's");
            return;
        }

        Promise.Holds(payload.BodyLength == input.Length, "every octet was understood");
        var body = _room.AsSpan(0, payload.BodyLength);
        body.Fill(0xA5);
        payload.WriteBody(body);
        Promise.Holds(PayloadParser.TryRead(new PayloadFrame(type, PayloadType.None, false, 0, body), out var again, out _) && again!.Equals(payload), "what was written is what was read");
        Promise.Holds(!IkePrinter.Describe(payload, isResponse: false).AsSpan().ContainsAnyExceptInRange(' ', '~'), "a log line is one line of printable characters");
    }
}
