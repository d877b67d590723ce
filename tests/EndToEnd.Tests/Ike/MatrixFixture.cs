using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>One strongSwan and one data plane of ours with all tunnels of the matrix, of which each test starts its own.</summary>
public sealed class MatrixFixture : IDisposable
{
    private readonly DirectoryInfo? _folder;

    public MatrixFixture()
    {
        if (StrongSwanPeer.Hindrance is not null)
        {
            return;
        }

        _folder = Directory.CreateTempSubdirectory("ipsecdp-matrix-");
        Spaces = new NetworkNamespaces();
        var issued = new Dictionary<string, CertificateChain.Issued>();
        var roots = new Dictionary<string, string>();
        foreach (var (kind, isRsa) in new[] { ("rsa", true), ("ecdsa", false) })
        {
            var chain = new CertificateChain(isRsa, kind);
            roots[$"root-{kind}"] = chain.Root;
            foreach (var side in new[] { "left", "right" })
            {
                issued[$"{side}-{kind}"] = chain.Issue($"{side}.example");
                issued[$"{side}-{kind}-expired"] = chain.Issue($"{side}.example", isExpired: true);
                issued[$"{side}-{kind}-stranger"] = new CertificateChain(isRsa: false, $"stranger of {side}").Issue($"{side}.example");
            }
        }

        try
        {
            AddAddresses();
            Peer = new StrongSwanPeer(Spaces.B, PeerText(), prepare: folder => WriteTheirs(folder, issued, roots));
            Host = new LivePlane(Spaces.A, WriteOurs(issued, roots), "10.9.0.1/32", "10.9.1.0/24");
            AddInsides();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal NetworkNamespaces? Spaces { get; }

    internal StrongSwanPeer? Peer { get; }

    internal LivePlane? Host { get; }

    public void Dispose()
    {
        Host?.Dispose();
        Peer?.Dispose();
        Spaces?.Dispose();
        _folder?.Delete(recursive: true);
    }

    private static string PeerText() =>
        $"connections {{\n{string.Concat(MatrixCell.All.Select(cell => cell.Theirs))}}}\nsecrets {{\n{string.Concat(MatrixCell.All.Select(cell => cell.TheirSecret))}}}\n";

    // Authorities between our root and our hosts are sent by us; strongSwan knows its own only.
    private static void WriteTheirs(string folder, Dictionary<string, CertificateChain.Issued> issued, Dictionary<string, string> roots)
    {
        foreach (var name in new[] { "x509", "x509ca", "private" })
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
        }

        foreach (var (name, root) in roots)
        {
            File.WriteAllText(Path.Combine(folder, "x509ca", $"{name}.pem"), root);
        }

        foreach (var (name, one) in issued.Where(entry => entry.Key.StartsWith("right", StringComparison.Ordinal)))
        {
            File.WriteAllText(Path.Combine(folder, "x509", $"{name}.pem"), one.Certificate);
            File.WriteAllText(Path.Combine(folder, "x509ca", $"between-{name}.pem"), one.Authority);
            File.WriteAllText(Path.Combine(folder, "private", $"{name}.pem"), one.Key);
        }
    }

    private string WriteOurs(Dictionary<string, CertificateChain.Issued> issued, Dictionary<string, string> roots)
    {
        foreach (var (name, root) in roots)
        {
            Write($"{name}.pem", root);
        }

        foreach (var (name, one) in issued.Where(entry => entry.Key.StartsWith("left", StringComparison.Ordinal)))
        {
            Write($"{name}.pem", $"{one.Certificate}\n{one.Authority}\n");
            Write($"{name}.key", one.Key);
        }

        Write("psk", KeyExchangePolicyText.Secret);
        return Write("matrix.policy", $$"""
            IpFilterPolicy
            {
            {{string.Concat(MatrixCell.All.Select(cell => cell.FilterRule))}}
            }
            IpGenericFilterAction Protect
            {
               IpFilterAction IpSec
            }
            {{string.Concat(MatrixCell.All.Select(cell => cell.Action))}}
            KeyExchangePolicy
            {
            {{string.Concat(MatrixCell.All.Select(cell => cell.ExchangeRule))}}
            }

            """);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder!.FullName, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }

    private void AddAddresses()
    {
        Batch(Spaces!.B, MatrixCell.All.SelectMany(cell => new[] { $"addr add {cell.Peer}/32 dev {NetworkNamespaces.Link}", $"addr add {cell.PeerInside}/32 dev lo" }));
        Spaces.A.Ip("route", "add", "10.77.1.0/24", "via", $"{NetworkNamespaces.AddressOfB}");
    }

    private void AddInsides() => Batch(Spaces!.A, MatrixCell.All.Skip(1).Select(cell => $"addr add {cell.Inside}/32 dev lo"));

    private void Batch(NetworkNamespace space, IEnumerable<string> commands) => space.Ip("-batch", Write("batch", string.Join('\n', commands) + "\n"));
}
