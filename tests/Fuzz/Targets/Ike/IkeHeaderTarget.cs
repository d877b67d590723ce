using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;

namespace IpsecDp.Fuzz.Targets.Ike;

/// <summary><see cref="IkeHeader"/>.</summary>
public sealed class IkeHeaderTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "ike-header";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        if (!IkeHeader.TryRead(input, out var header, out var failure))
        {
            Promise.Holds(failure.Family == IkeFaultFamily.Header, "the fault is the header's");
            return;
        }

        Promise.Holds(failure.Fault == IkeFault.None && header.MajorVersion is 1 or 2 && header.InitiatorSpi != 0, "what is read is a header");
        Span<byte> again = stackalloc byte[IkeHeader.WireLength];
        header.Write(again);
        Promise.Holds(again.SequenceEqual(input[..IkeHeader.WireLength]), "every bit is kept");
    }
}
