using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;

namespace IpsecDp.TestKit.Line;

/// <summary>Two stepped hosts, A and B, with one tunnel between them.</summary>
public sealed class SteppedPair : IDisposable
{
    private const uint SpiToB = 0x1001;
    private const uint SpiToA = 0x2001;

    /// <summary>Installs a tunnel of one layer in both directions; <paramref name="change"/> may alter each model.</summary>
    public SteppedPair(SaMode mode = SaMode.Transport, CipherSuite? suite = null, SaProtocol protocol = SaProtocol.Esp, bool isV6 = false, Func<SaModel, SaModel>? change = null, int mtu = 1500)
    {
        (AddressA, AddressB) = isV6 ? ("2001:db8::a", "2001:db8::b") : ("192.0.2.10", "198.51.100.20");
        A = new SteppedHost(mtu);
        B = new SteppedHost(mtu);
        change ??= model => model;
        SaModel Make(uint spi, string from, string to, bool isOutbound) => change(TestSa.Model(spi, from, to, isOutbound, mode, suite, protocol));
        A.Plane.Install(new TunnelModel(TestSa.Tunnel, [Make(SpiToB, AddressA, AddressB, true)], [Make(SpiToA, AddressB, AddressA, false)]));
        B.Plane.Install(new TunnelModel(TestSa.Tunnel, [Make(SpiToA, AddressB, AddressA, true)], [Make(SpiToB, AddressA, AddressB, false)]));
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

    /// <summary>Sends from A's host and gives what leaves to B's line; returns what B's host is given.</summary>
    public IReadOnlyList<byte[]> Carry(params IReadOnlyList<byte[]> packets) => B.Receive(A.Send(packets));

    /// <inheritdoc/>
    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
