using IpsecDp.Wire.Ip;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="Ipv4View"/>.</summary>
public sealed class Ipv4Target() : WireTarget("ipv4")
{
    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (!Ipv4View.TryView(octets, out var view))
        {
            return;
        }

        Promise.Holds(view.Octets.Length == view.TotalLength, "the view ends with the total length");
        Promise.Holds(view.Header.Length + view.Payload.Length == view.TotalLength, "header and payload make the packet");
        Promise.Holds(view.Options.Length == view.HeaderLength - Ipv4View.MinimumHeaderLength, "options fill the header");
        Promise.Holds(view.IsFragment == (view.MoreFragments || view.FragmentOffset > 0), "a fragment has an offset or a follower");
        view.UpdateChecksum();
        Promise.Holds(view.HasRightChecksum(), "a checksum just computed is right");
        view.ReplaceTos((byte)(view.Tos ^ 0xB7));
        Promise.Holds(view.HasRightChecksum(), "replacing TOS mends the checksum");
        if (view.TimeToLive > 0)
        {
            view.DecrementTimeToLive();
            Promise.Holds(view.HasRightChecksum(), "a hop mends the checksum");
        }

        view.Source = view.Destination;
        Promise.Holds(view.Source == view.Destination, "an address written is read back");
    }
}
