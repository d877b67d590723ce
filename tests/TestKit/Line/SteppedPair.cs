using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;

namespace IpsecDp.TestKit.Line;

/// <summary>Two stepped hosts, A and B, with one tunnel between them.</summary>
public sealed class SteppedPair : IDisposable
{
    /// <summary>The SPI of what A seals.</summary>
    public const uint SpiToB = 0x1001;

    /// <summary>The SPI of what B seals.</summary>
    public const uint SpiToA = 0x2001;

    /// <summary>Installs a tunnel of one layer in both directions; <paramref name="change"/> may alter each model.</summary>
    public SteppedPair(SaMode mode = SaMode.Transport, CipherSuite? suite = null, SaProtocol protocol = SaProtocol.Esp, bool isV6 = false, Func<SaModel, SaModel>? change = null, int mtu = 1500, LineForm? form = null)
        : this((spi, from, to, isOutbound) => [(form ?? LineForm.OfThisRun).Shape((change ?? (model => model))(TestSa.Model(spi, from, to, isOutbound, mode, suite, protocol)))], isV6, mtu, form)
    {
    }

    /// <summary>Installs a tunnel of the layers that <paramref name="layers"/> makes for an SPI, the sender, the receiver and the side.</summary>
    public SteppedPair(Func<uint, string, string, bool, IReadOnlyList<SaModel>> layers, bool isV6 = false, int mtu = 1500, LineForm? form = null)
    {
        (AddressA, AddressB) = isV6 ? ("2001:db8::a", "2001:db8::b") : ("192.0.2.10", "198.51.100.20");
        A = new SteppedHost(form ?? LineForm.OfThisRun, mtu);
        B = new SteppedHost(form ?? LineForm.OfThisRun, mtu);
        A.Plane.Install(new TunnelModel(TestSa.Tunnel, layers(SpiToB, AddressA, AddressB, true), layers(SpiToA, AddressB, AddressA, false)));
        B.Plane.Install(new TunnelModel(TestSa.Tunnel, layers(SpiToA, AddressB, AddressA, true), layers(SpiToB, AddressA, AddressB, false)));
        A.Plane.Publish(TestSa.ProtectAll());
        B.Plane.Publish(TestSa.ProtectAll());
    }

    /// <summary>The host that most tests send from.</summary>
    public SteppedHost A { get; }

    /// <summary>The host that most tests receive at.</summary>
    public SteppedHost B { get; }

    /// <summary>A's endpoint.</summary>
    public string AddressA { get; }

    /// <summary>B's endpoint.</summary>
    public string AddressB { get; }

    /// <summary>ESP inside AH (RFC 4301 §4.3): AH in transport mode signs what ESP sealed.</summary>
    public static SteppedPair Bundle(SaMode espMode = SaMode.Transport, IntegrityAlgorithm mac = IntegrityAlgorithm.HmacSha256_128, bool isV6 = false, SaMode ahMode = SaMode.Transport) =>
        new(
            (spi, from, to, isOutbound) =>
            [
                TestSa.Model(spi, from, to, isOutbound, espMode),
                TestSa.Model(spi + 1, from, to, isOutbound, ahMode, new CipherSuite(EncryptionAlgorithm.Null, 0, mac), SaProtocol.Ah),
            ],
            isV6);

    /// <summary>A tunnel of ESP in UDP, whose superframes travel whole.</summary>
    public static SteppedPair InUdp(bool isV6 = false, Func<SaModel, SaModel>? change = null, int mtu = 1500) =>
        new(SaMode.Tunnel, isV6: isV6, change: model => (change ?? (same => same))(model with { Encapsulation = new UdpEncapsulation() }), mtu: mtu);

    /// <summary>Sends from A's host and gives what leaves to B's line, superframes and all.</summary>
    public IReadOnlyList<Frame> CarryFrames(params IReadOnlyList<Frame> frames) => B.ReceiveFrames(A.SendFrames(frames));

    /// <summary>Sends from A's host and gives what leaves to B's line; returns what B's host is given.</summary>
    public IReadOnlyList<byte[]> Carry(params IReadOnlyList<byte[]> packets) => B.Receive(A.Send(packets));

    /// <inheritdoc/>
    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
