using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Print;

namespace IpsecDp.Fuzz.Targets.Ike;

/// <summary>A whole message in clear.</summary>
public sealed class IkeMessageTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "ike-message";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        var isRead = IkeMessage.TryRead(input, out var message, out var failure);
        Promise.Holds(isRead == (failure.Fault == IkeFault.None), "a message is read or refused by name");
        Promise.Holds(failure.ToString().Length > 0, "a refusal can be told");
        if (message is null)
        {
            return;
        }

        Promise.Holds(message.Header.Length == input.Length && message.Payloads.Count <= PayloadLimits.Payloads, "every octet was understood");
        Promise.Holds(IkeMessage.TryRead(message.ToArray(), out var again, out _) && again.Equals(message), "what was written is what was read");
        Promise.Holds(MandatoryPayloads.TryCheck(message, out var missing) == (missing.Fault == IkeFault.None), "what is missing is named");
        Promise.Holds(!IkePrinter.Summary(message).AsSpan().ContainsAnyExceptInRange(' ', '~'), "a log line is one line of printable characters");
    }
}
