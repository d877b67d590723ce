using IpsecDp.Wire.Ip;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="Ipv6ExtensionWalker"/> over octets nobody looked at before.</summary>
public sealed class ExtensionWalkTarget() : WireTarget("ext-walk")
{
    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (!Ipv6ExtensionWalker.TryWalk(octets, out var walk))
        {
            return;
        }

        Promise.Holds(walk.PayloadAt >= Ipv6View.HeaderLength && walk.PayloadAt <= octets.Length, "the payload starts within the octets");
        Promise.Holds(octets[walk.NextHeaderFieldAt] == walk.Protocol, "the field that names the protocol does");
        Promise.Holds(walk.UnfragmentableEnd >= Ipv6View.HeaderLength && walk.UnfragmentableEnd <= walk.PayloadAt, "the unfragmentable part ends before the payload");
        Promise.Holds(walk.UnfragmentableFieldAt < walk.UnfragmentableEnd, "its field lies within it");
        Promise.Holds(!walk.HasFragmentHeader || walk.FragmentHeaderAt + Ipv6ExtensionWalker.FragmentHeaderLength <= walk.PayloadAt, "the fragment header is whole");
        Promise.Holds(!walk.HasFragmentHeader || walk.UnfragmentableEnd <= walk.FragmentHeaderAt, "the fragment header stands behind the unfragmentable part");
    }
}
