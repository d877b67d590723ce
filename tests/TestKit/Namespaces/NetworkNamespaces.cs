using System.Globalization;
using System.Net;

namespace IpsecDp.TestKit.Namespaces;

/// <summary>Two network namespaces joined by a veth pair, for one test; both go when it is disposed, and what dead processes left goes before the first is made. The test's thread stays on one processor meanwhile, so that packets keep their order.</summary>
public sealed class NetworkNamespaces : IDisposable
{
    /// <summary>What the veth is called in either namespace.</summary>
    public const string Link = "link0";

    /// <summary>What the second link of a namespace between them is called.</summary>
    public const string FarLink = "link1";

    private const string Prefix = "ipsecdp-";
    private const string Mounts = "/run/netns";
    private static readonly Lock Sweeping = new();
    private static bool _isSwept;
    private static int _made;
    private readonly int _number;
    private readonly ProcessorPin _pin;
    private readonly string _stem;
    private NetworkNamespace? _middle;

    /// <summary>Makes both and gives either link its addresses: 10.77.0.1/24 and fd77::1/64 in A, ….2 in B.</summary>
    public NetworkNamespaces(int mtu = 1500)
    {
        Sweep();
        _number = Interlocked.Increment(ref _made);
        _pin = new ProcessorPin(_number);
        _stem = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{_number}");
        A = new NetworkNamespace($"{_stem}-a", Mounts);
        B = new NetworkNamespace($"{_stem}-b", Mounts);
        Shell.Run("ip", "link", "add", Link, "mtu", Text(mtu), "netns", A.Name, "type", "veth", "peer", "name", Link, "mtu", Text(mtu), "netns", B.Name);
        Raise(A, AddressOfA, AddressV6OfA);
        Raise(B, AddressOfB, AddressV6OfB);
        A.AwaitAddresses();
        B.AwaitAddresses();
    }

    /// <summary>Why there can be none here, or null where there can: a sentence for <c>Assert.Skip</c>.</summary>
    public static string? Hindrance =>
        !OperatingSystem.IsLinux() ? "needs Linux for network namespaces"
        : !Environment.IsPrivilegedProcess ? "needs root for network namespaces"
        : !File.Exists("/dev/net/tun") ? "needs /dev/net/tun"
        : null;

    /// <summary>The address of the veth's end in A.</summary>
    public static IPAddress AddressOfA { get; } = IPAddress.Parse("10.77.0.1");

    /// <summary>The address of the veth's end in B.</summary>
    public static IPAddress AddressOfB { get; } = IPAddress.Parse("10.77.0.2");

    /// <summary>The IPv6 address of the veth's end in A.</summary>
    public static IPAddress AddressV6OfA { get; } = IPAddress.Parse("fd77::1");

    /// <summary>The IPv6 address of the veth's end in B.</summary>
    public static IPAddress AddressV6OfB { get; } = IPAddress.Parse("fd77::2");

    /// <summary>The address of either end in a family.</summary>
    public static IPAddress AddressOf(bool isV6, bool isA) => (isV6, isA) switch
    {
        (false, true) => AddressOfA,
        (false, false) => AddressOfB,
        (true, true) => AddressV6OfA,
        _ => AddressV6OfB,
    };

    /// <summary>One end.</summary>
    public NetworkNamespace A { get; }

    /// <summary>The other end.</summary>
    public NetworkNamespace B { get; }

    /// <summary>Keeps the calling thread on the test's processor until disposed; threads the test starts use it around what they send.</summary>
    public IDisposable Pin() => new ProcessorPin(_number);

    /// <summary>Removes both and with them all that is inside.</summary>
    public void Dispose()
    {
        _pin.Dispose();
        A.Remove();
        B.Remove();
        _middle?.Remove();
    }

    // A's end of the link goes to the middle, which has another link to B.
    internal NetworkNamespace AddBetween(string nearAddress, string farAddress, string addressOfB)
    {
        _middle = new NetworkNamespace($"{_stem}-m", Mounts);
        B.Ip("link", "del", Link);
        Shell.Run("ip", "link", "add", Link, "netns", A.Name, "type", "veth", "peer", "name", Link, "netns", _middle.Name);
        Shell.Run("ip", "link", "add", FarLink, "netns", _middle.Name, "type", "veth", "peer", "name", Link, "netns", B.Name);
        foreach (var (space, link, address) in new[] { (A, Link, $"{AddressOfA}"), (_middle, Link, nearAddress), (_middle, FarLink, farAddress), (B, Link, addressOfB) })
        {
            space.Ip("addr", "add", $"{address}/24", "dev", link);
            space.Ip("link", "set", link, "up");
        }

        return _middle;
    }

    private static void Raise(NetworkNamespace space, IPAddress v4, IPAddress v6)
    {
        space.Ip("link", "set", "lo", "up");
        // Solicitations and link-local addresses are traffic nobody sent, and their duplicate check takes seconds.
        space.Run(() =>
        {
            foreach (var scope in (string[])["default", Link])
            {
                Set(scope, "accept_ra", "0");
                Set(scope, "accept_dad", "0");
                Set(scope, "addr_gen_mode", "1");
            }
        });
        space.Ip("addr", "add", $"{v4}/24", "dev", Link);
        space.Ip("addr", "add", $"{v6}/64", "dev", Link, "nodad");
        space.Ip("link", "set", Link, "up");
    }

    private static void Set(string scope, string name, string value) => File.WriteAllText($"/proc/sys/net/ipv6/conf/{scope}/{name}", value);

    // A killed test run leaves its namespaces; their names carry the process that is no more.
    private static void Sweep()
    {
        lock (Sweeping)
        {
            if (_isSwept || !Directory.Exists(Mounts))
            {
                _isSwept = true;
                return;
            }

            foreach (var path in Directory.EnumerateFiles(Mounts, $"{Prefix}*"))
            {
                var name = Path.GetFileName(path);
                if (int.TryParse(name.Split('-')[1], NumberStyles.None, CultureInfo.InvariantCulture, out var process) && !Directory.Exists($"/proc/{process}"))
                {
                    Remove(name, path);
                }
            }

            _isSwept = true;
        }
    }

    private static void Remove(string name, string path)
    {
        try
        {
            Shell.Run("ip", "netns", "del", name);
        }
        catch (InvalidOperationException) when (!File.Exists(path))
        {
            // Another run beside this one was quicker.
            return;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
