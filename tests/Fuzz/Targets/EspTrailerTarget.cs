using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="EspTrailerView"/>.</summary>
public sealed class EspTrailerTarget() : WireTarget("esp-trailer")
{
    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (!EspTrailerView.TryView(octets, out var view))
        {
            return;
        }

        Promise.Holds(view.Padding.Length == view.PadLength, "the padding is as long as it says");
        Promise.Holds(view.Payload.Length + view.PadLength + EspTrailerView.Length == octets.Length, "payload and trailer make the octets");
        var trailer = octets[view.Payload.Length..];
        EspTrailerView.Write(trailer, view.NextHeader);
        Promise.Holds(view.HasDefaultPadding(), "padding just written is the default padding");
    }
}
