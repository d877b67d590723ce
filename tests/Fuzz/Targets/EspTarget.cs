using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="EspView"/>.</summary>
public sealed class EspTarget() : WireTarget("esp")
{
    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (!EspView.TryView(octets, out var view))
        {
            Promise.Holds(octets.Length < EspView.HeaderLength, "only the length keeps ESP from being viewed");
            return;
        }

        Promise.Holds(view.Body.Length == octets.Length - EspView.HeaderLength, "the body is what is left");
        (view.Spi, view.Sequence) = (view.Sequence, view.Spi);
    }
}
