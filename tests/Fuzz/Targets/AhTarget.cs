using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="AhView"/>.</summary>
public sealed class AhTarget() : WireTarget("ah")
{
    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (!AhView.TryView(octets, out var view))
        {
            return;
        }

        Promise.Holds(view.HeaderLength >= AhView.FixedLength, "the header holds its fixed part");
        Promise.Holds(view.HeaderLength + view.Payload.Length == octets.Length, "header and payload make the octets");
        Promise.Holds(view.Icv.Length == view.HeaderLength - AhView.FixedLength, "the ICV fills the header");
        (view.Spi, view.Sequence) = (view.Sequence, view.Spi);
    }
}
