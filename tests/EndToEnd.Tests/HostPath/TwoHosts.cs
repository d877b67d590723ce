using System.Text.RegularExpressions;
using EndToEnd.Tests.Namespaces;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.HostPath;

/// <summary>Two hosts in namespaces, each with a data plane in its own packet path, and a tap on the link between.</summary>
internal sealed partial class TwoHosts : IDisposable
{
    private readonly bool _isV6;
    private readonly string _state = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly HostPathPolicy[] _policies;
    private readonly HostProgram?[] _planes = new HostProgram?[2];

    public TwoHosts(bool isV6, params int[] ports)
    {
        _isV6 = isV6;
        Spaces = new NetworkNamespaces();
        Tap = new WireTap(Spaces.A);
        _policies = [new HostPathPolicy(true, isV6, ports), new HostPathPolicy(false, isV6, ports)];
        Start(0);
        Start(1);
    }

    /// <summary>Where they live.</summary>
    public NetworkNamespaces Spaces { get; }

    /// <summary>What hears the link.</summary>
    public WireTap Tap { get; }

    /// <summary>A data plane: 0 is A's.</summary>
    public HostProgram Plane(int host) => _planes[host]!;

    /// <summary>A policy file.</summary>
    public HostPathPolicy Policy(int host) => _policies[host];

    /// <summary>The namespace of a host.</summary>
    public NetworkNamespace Space(int host) => host == 0 ? Spaces.A : Spaces.B;

    /// <summary>Starts a host's data plane and waits until it is ready.</summary>
    public void Start(int host)
    {
        _planes[host]?.Dispose();
        var plane = _planes[host] = Begin(host);
        LabTraces.Await(() => plane.HasEnded || plane.Errors.Contains("ready", StringComparison.Ordinal), $"host {host} was ready");
        Assert.False(plane.HasEnded, plane.Errors);
    }

    /// <summary>Starts a data plane without waiting.</summary>
    public HostProgram Begin(int host) => Space(host).Run(() => HostProgram.Start("run", "--policy", _policies[host].Path, "--capture", "nfqueue", "--json", "--state", $"{_state}-{host}"));

    /// <summary>Sends datagrams from a port of A to the same of B.</summary>
    public MarkedFlow Flow(int port) => new(Spaces, _isV6, port);

    /// <summary>Sends a data plane a signal to read its policy again and waits until it has said something new about it.</summary>
    public void Reload(int host, string message)
    {
        var before = Count(message, Plane(host).Errors);
        Plane(host).Signal("HUP");
        LabTraces.Await(() => Plane(host).HasEnded || Count(message, Plane(host).Errors) > before, $"host {host} said {message}; it said {Plane(host).Errors}");
        Assert.False(Plane(host).HasEnded, Plane(host).Errors);
    }

    /// <summary>Our rules of a host as they are saved, without counters.</summary>
    public string Rules(int host) => string.Join('\n', new[] { "iptables-save", "ip6tables-save" }
        .SelectMany(command => Space(host).Execute(command).Split('\n'))
        .Where(line => line.Contains("IPSECDP", StringComparison.Ordinal))
        .Select(line => Counters().Replace(line, "")));

    public void Dispose()
    {
        Array.ForEach(_planes, plane => plane?.Dispose());
        Tap.Dispose();
        Spaces.Dispose();
        Array.ForEach(_policies, policy => policy.Dispose());
        foreach (var folder in new[] { 0, 1 }.Select(host => $"{_state}-{host}").Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Count(string word, string text) => text.Split(word).Length - 1;

    [GeneratedRegex(@"\[\d+:\d+\]")]
    private static partial Regex Counters();
}
