using System.Net;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Wrappers;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;

namespace EndToEnd.Tests.Interop;

/// <summary>A capture of a real port, decrypted and checked by Wireshark with the SA's keys.</summary>
public sealed class TsharkTests : IDisposable
{
    private const uint Spi = 0x1001;

    // Multiples of 4 are UDP.
    private static readonly int[] Payloads = [4, 64, 1000];

    private readonly NetworkNamespaces? _spaces = Hindrance is null ? new NetworkNamespaces() : null;
    private readonly PortBuffers _buffers = new();
    private readonly DirectoryInfo? _folder = Hindrance is null ? Directory.CreateTempSubdirectory("ipsecdp-tshark-") : null;

    // Wireshark 4.0 has no ChaCha20-Poly1305, AES-CMAC and GMAC in its table of SAs, and no extended numbers.
    public static TheoryData<string, string, string, SaMode, Families, bool> Cells { get; } = new()
    {
        { "aes-128-gcm-16", "AES-GCM with 16 octet ICV [RFC4106]", "NULL", SaMode.Tunnel, Families.V4, false },
        { "aes-256-gcm-16", "AES-GCM with 16 octet ICV [RFC4106]", "NULL", SaMode.Transport, Families.V6, false },
        { "aes-192-gcm-8", "AES-GCM with 8 octet ICV [RFC4106]", "NULL", SaMode.Tunnel, Families.V6InV4, false },
        { "aes-128-gcm-16", "AES-GCM with 16 octet ICV [RFC4106]", "NULL", SaMode.Tunnel, Families.V4, true },
        { "aes-128-cbc+hmac-sha2-256-128", "AES-CBC [RFC3602]", "HMAC-SHA-256-128 [RFC4868]", SaMode.Tunnel, Families.V4, false },
        { "aes-256-cbc+hmac-sha2-512-256", "AES-CBC [RFC3602]", "HMAC-SHA-512-256 [RFC4868]", SaMode.Tunnel, Families.V4InV6, false },
        { "aes-256-cbc+hmac-sha2-384-192", "AES-CBC [RFC3602]", "HMAC-SHA-384-192 [RFC4868]", SaMode.Transport, Families.V6, true },
        { "aes-192-ctr+hmac-sha1-96", "AES-CTR [RFC3686]", "HMAC-SHA-1-96 [RFC2404]", SaMode.Transport, Families.V4, false },
        { "3des-cbc+hmac-md5-96", "TripleDES-CBC [RFC2451]", "HMAC-MD5-96 [RFC2403]", SaMode.Tunnel, Families.V6, false },
        { "null+hmac-sha2-256-128", "NULL", "HMAC-SHA-256-128 [RFC4868]", SaMode.Transport, Families.V4, false },
    };

    private static string? Hindrance => NetworkNamespaces.Hindrance ?? Tshark.Hindrance;

    [Theory]
    [MemberData(nameof(Cells))]
    public void Capture_WithTheKeys_ShowsTheClearPacketsAndGoodIcvs(string suite, string cipher, string mac, SaMode mode, Families families, bool isEncapsulated)
    {
        Assert.SkipWhen(Hindrance is not null, Hindrance ?? "");
        Assert.True(CipherSuite.TryParse(suite, out var known));
        var cell = new InteropCase(known, SaProtocol.Esp, mode, families, isEncapsulated);
        var model = cell.Model(Spi, isOutbound: true);
        var association = Association(cell, model, cipher, mac);
        var capture = Capture(cell, model);
        var rows = Tshark.Read(capture, association, "esp.spi", "esp.sequence", "esp.icv_good", "esp.icv_bad", "udp.srcport", "udp.dstport", "udp.payload");
        var expected = Payloads.Select((payload, i) => $"0x{Spi:x8} {i + 1} 1 0 40001 40002 {Convert.ToHexStringLower(cell.FromHostSealed(payload)[^payload..])}");
        Assert.Equal(expected, rows.Select(row => string.Join(' ', row)));
        // The damaged twin.
        var spoilt = Tshark.Read(Spoil(capture), association, "esp.spi", "esp.icv_good", "esp.icv_bad");
        Assert.Equal(Payloads.Select(_ => $"0x{Spi:x8} 0 1"), spoilt.Select(row => string.Join(' ', row)));
    }

    public void Dispose()
    {
        _spaces?.Dispose();
        _folder?.Delete(recursive: true);
    }

    // Before installation: removal zeroes the keys. Cipher keys carry their salt.
    private static string Association(InteropCase cell, SaModel model, string cipher, string mac)
    {
        string[] columns =
        [
            cell.IsOuterV6 ? "IPv6" : "IPv4", cell.Own, cell.Peer, $"0x{Spi:x8}",
            cipher, Key(model.Keys.Encryption.Reveal()), mac, Key(model.Keys.Integrity.Reveal()),
        ];
        return string.Join(',', columns.Select(column => $"\"{column}\""));
    }

    private static string Key(ReadOnlySpan<byte> octets) => octets.IsEmpty ? "" : $"0x{Convert.ToHexStringLower(octets)}";

    private string Capture(InteropCase cell, SaModel outbound)
    {
        var path = Path.Combine(_folder!.FullName, "sealed.pcapng");
        // Nobody is there; the packets only have to leave.
        _spaces!.A.Ip("neigh", "add", cell.Peer, "lladdr", "02:00:00:00:00:09", "dev", NetworkNamespaces.Link, "nud", "permanent");
        using var file = new PcapngFile(File.Create(path), TimeProvider.System);
        var port = Open(cell);
        using (var plane = new LabPlane(new TappedCipherPort(port, new PcapTap(file, port.Name)), _buffers))
        {
            plane.Install(outbound, cell.Model(Spi + 1, isOutbound: false));
            plane.Send([.. Payloads.Select(cell.FromHost)]);
            Assert.True(SpinWait.SpinUntil(() => port.Stats.SentPackets == Payloads.Length, TestThread.Patience), $"the port sent {port.Stats}");
        }

        return path;
    }

    private ICipherPort Open(InteropCase cell)
    {
        var local = IPAddress.Parse(cell.Own);
        return _spaces!.A.Run<ICipherPort>(() => cell.IsEncapsulated
            ? UdpEncapPort.Open(new UdpEncapOptions { Local = local, Buffers = _buffers })
            : RawEspPort.Open(new RawEspOptions { Local = local, Buffers = _buffers }));
    }

    // The same packets with one bit of the ICV, their last field, turned.
    private string Spoil(string capture)
    {
        var path = Path.Combine(_folder!.FullName, "spoilt.pcapng");
        var buffers = new RigBuffers();
        using var file = new PcapngFile(File.Create(path), TimeProvider.System);
        using var batch = new PacketBatch();
        foreach (var packet in CaptureReader.ReadIpPackets(capture))
        {
            packet[^1] ^= 1;
            batch.Add(buffers.Fill(packet));
        }

        new PcapTap(file, "spoilt").Observe(batch, 0, PacketDirection.Outbound);
        return path;
    }
}
