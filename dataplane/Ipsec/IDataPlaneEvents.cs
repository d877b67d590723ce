using IpsecDp.Ipsec.Spd;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec;

/// <summary>What the data plane tells control, from its own threads: an implementation queues and returns.</summary>
/// <remarks>Control cannot see limits and numbers by itself; reporting them is the data plane's duty.</remarks>
public interface IDataPlaneEvents
{
    /// <summary>A packet wants a tunnel that has no outbound SA; the packet is held.</summary>
    void Acquire(string tunnel, in FlowKey flow);

    /// <summary>An SA passed a soft limit and should be replaced.</summary>
    void SoftExpire(string tunnel, uint spi);

    /// <summary>An SA passed a hard limit or used its last number and carries nothing more.</summary>
    void HardExpire(string tunnel, uint spi);

    /// <summary>A packet met a logged rule; told a few times a second for each rule.</summary>
    void FilterHit(in FilterHit hit);

    /// <summary>So many packets met a logged rule beyond those told.</summary>
    void FilterHitsSuppressed(string rule, long packets);

    /// <summary>A packet named no SA; told at most once a second for each source, and not for more than a few (RFC 4301 §4.4.1.1 asks for an audit).</summary>
    void UnknownSpi(in StrayPacket stray);
}
