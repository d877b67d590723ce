using System.Globalization;
using System.Runtime.ExceptionServices;

namespace IpsecDp.Adapters.Linux;

/// <summary>A named network namespace as <c>ip netns</c> knows it; sockets and devices opened by <see cref="Run{T}"/> belong to it for their life, wherever they are used.</summary>
public sealed class NamedNetworkNamespace
{
    private const string Mounts = "/run/netns";

    private NamedNetworkNamespace(string name) => Name = name;

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The names of all there are.</summary>
    public static IReadOnlyList<string> Names => Directory.Exists(Mounts) ? [.. Directory.EnumerateFiles(Mounts).Select(path => Path.GetFileName(path)!)] : [];

    /// <summary>Makes one, with its loopback up; throws <see cref="AdapterException"/>.</summary>
    public static NamedNetworkNamespace Create(string name)
    {
        IpCommand.Run("netns", "add", name);
        var space = new NamedNetworkNamespace(name);
        space.Ip("link", "set", "lo", "up");
        return space;
    }

    /// <summary>One that is there.</summary>
    public static NamedNetworkNamespace Of(string name) => new(name);

    /// <summary>Joins two by a veth pair of these names, one end in each; both are down and have no address.</summary>
    public static void Join(NamedNetworkNamespace a, string linkOfA, NamedNetworkNamespace b, string linkOfB, int mtu)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var octets = mtu.ToString(CultureInfo.InvariantCulture);
        IpCommand.Run("link", "add", linkOfA, "mtu", octets, "netns", a.Name, "type", "veth", "peer", "name", linkOfB, "mtu", octets, "netns", b.Name);
    }

    /// <summary>Runs <c>ip</c> in it; throws <see cref="AdapterException"/>.</summary>
    public string Ip(params IReadOnlyList<string> arguments) => IpCommand.Run(["-n", Name, .. arguments]);

    /// <summary>Runs <paramref name="body"/> on a thread of its own that has entered the namespace; a process started there lives in it.</summary>
    public T Run<T>(Func<T> body)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        // The thread ends inside, so no thread of the pool is ever left in a foreign namespace.
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                result = body();
            }
            catch (Exception caught)
            {
                failure = ExceptionDispatchInfo.Capture(caught);
            }
        })
        { Name = $"in {Name}" };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    /// <summary>Takes the name away; the namespace goes with the last process and socket in it.</summary>
    public void Remove() => IpCommand.Run("netns", "del", Name);

    private void Enter()
    {
        using var file = File.OpenHandle(Path.Combine(Mounts, Name));
        if (NetworkNamespaceCalls.SetNamespace(file, NetworkNamespaceCalls.NetworkOnly) != 0)
        {
            throw new AdapterException($"network namespace {Name} cannot be entered ({Errno.Text(Libc.LastError)}): run as root.");
        }
    }
}
