using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec;

/// <summary>All that control may do to the data plane.</summary>
public interface IDataPlane
{
    /// <summary>Publishes a policy whole; packets in flight finish under the one they met.</summary>
    void Publish(SpdModel policy);

    /// <summary>Installs both directions of a tunnel; throws <see cref="ArgumentException"/> for a model no packet could be sealed with or an SPI in use.</summary>
    void Install(TunnelModel tunnel);

    /// <summary>Adds inbound SAs to a tunnel, innermost first; those already there stay valid, so a key change loses nothing.</summary>
    void InstallInbound(string tunnel, IReadOnlyList<SaModel> layers);

    /// <summary>Makes the outbound SAs the ones that seal; the former finish what they were given and are zeroed.</summary>
    void ReplaceOutbound(string tunnel, IReadOnlyList<SaModel> layers);

    /// <summary>Makes the outbound SAs the ones that seal what their selectors fit of a tunnel's packets, beside those of other branches; a tunnel that has SAs of its own seals with these.</summary>
    void ReplaceBranch(string tunnel, string branch, IReadOnlyList<SaModel> layers);

    /// <summary>Takes a branch's outbound SAs out of use; false when there is none.</summary>
    bool RemoveBranch(string tunnel, string branch);

    /// <summary>Changes what an inbound SA may carry (RFC 4301 §5.2 step 4) and nothing else of it; false when there is none.</summary>
    bool ChangeSelectors(SaProtocol protocol, uint spi, IReadOnlyList<TrafficSelector> selectors);

    /// <summary>Takes an inbound SA out of use, lets its packets in flight finish, and zeroes its keys; false when there is none.</summary>
    bool RemoveInbound(SaProtocol protocol, uint spi);

    /// <summary>Packets an inbound SA opened and accepted since it was installed; 0 for one that is not there.</summary>
    long OpenedBy(SaProtocol protocol, uint spi);

    /// <summary>Takes a tunnel's outbound SAs out of use; false when it has none.</summary>
    bool RemoveOutbound(string tunnel);

    /// <summary>Sends a dummy packet of <paramref name="length"/> octets through a tunnel (RFC 4303 §2.6); false when it has no ESP SA or the length exceeds its path MTU.</summary>
    bool TrySendDummy(string tunnel, int length);

    /// <summary>The counters of this moment.</summary>
    DataPlaneSnapshot Snapshot();
}
