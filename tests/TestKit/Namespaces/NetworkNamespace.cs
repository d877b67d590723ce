using System.Runtime.ExceptionServices;
using IpsecDp.TestKit.Ports;

namespace IpsecDp.TestKit.Namespaces;

/// <summary>One network namespace; sockets and devices opened by <see cref="Run{T}"/> belong to it for their life, wherever they are used.</summary>
public sealed class NetworkNamespace
{
    private readonly string _path;

    internal NetworkNamespace(string name, string mounts)
    {
        Name = name;
        _path = Path.Combine(mounts, name);
        Shell.Run("ip", "netns", "add", name);
    }

    /// <summary>Its name, as <c>ip netns</c> takes it.</summary>
    public string Name { get; }

    /// <summary>Runs <c>ip</c> in it.</summary>
    public string Ip(params string[] arguments) => Shell.Run("ip", ["-n", Name, .. arguments]);

    /// <summary>Runs a command in it and gives its output; throws when it fails.</summary>
    public string Execute(string command, params string[] arguments) => Shell.Run("ip", ["netns", "exec", Name, command, .. arguments]);

    /// <summary>Pings an address until so many echoes have come back; throws when one does not.</summary>
    public void Ping(string to, int count = 1, params string[] options)
    {
        // One at a time: after its first answer ping(8) waits for the others no longer than its interval or two round trips, whatever -W says, which a machine with much to do exceeds.
        for (var i = 0; i < count; i++)
        {
            Execute("ping", ["-n", "-c", "1", "-W", $"{TestThread.Patience.TotalSeconds:f0}", .. options, to]);
        }
    }

    /// <summary>Pings an address again and again until one echo has come back, where those before may be too big for a path not known yet.</summary>
    public void PingUntilAnswered(string to, params string[] options) =>
        Execute("timeout", [$"{TestThread.Patience.TotalSeconds:f0}", "sh", "-c", "until ping -n -c 1 -W 10 \"$@\" >&2; do :; done", "ping", .. options, to]);

    /// <summary>Runs <paramref name="body"/> on a thread of its own that has entered the namespace.</summary>
    public T Run<T>(Func<T> body)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        // The thread ends inside, so no thread of the pool is ever left in a foreign namespace.
        var thread = new Thread(() =>
        {
            try
            {
                NamespaceEntry.Enter(_path);
                result = body();
            }
            catch (Exception caught)
            {
                failure = ExceptionDispatchInfo.Capture(caught);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    /// <inheritdoc cref="Run{T}"/>
    public void Run(Action body) => Run(() =>
    {
        body();
        return true;
    });

    /// <summary>Waits until every IPv6 address has its local route: the kernel makes it a moment after the address, and drops what arrives before.</summary>
    public void AwaitAddresses()
    {
        if (!SpinWait.SpinUntil(AreAddressesRouted, TestThread.Patience))
        {
            throw new TimeoutException($"an address of {Name} gets no local route");
        }
    }

    internal void Remove() => Shell.Run("ip", "netns", "del", Name);

    private bool AreAddressesRouted()
    {
        var local = Ip("-6", "route", "show", "table", "local");
        return Ip("-6", "-o", "addr", "show").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3].Split('/')[0])
            .All(address => local.Contains($"local {address} ", StringComparison.Ordinal));
    }
}
