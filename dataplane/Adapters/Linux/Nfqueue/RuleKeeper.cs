using IpsecDp.Ports.Divert;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>Puts a capture's rules in, keeps them in, and takes them out, all on one thread of its own: a thread stays in the network namespace it was started in, whoever ends the capture.</summary>
internal sealed class RuleKeeper : IDisposable
{
    // Without notices from the kernel this is how long a removed rule stays unnoticed. Looking at the rules themselves starts two programs and makes some 100 KB of garbage, so the kernel is first asked whether any rule of the host has changed.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private const int MostAttempts = 5;

    private readonly NfqueueOptions _options;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly Queue<Order> _orders = new();
    private readonly WakeEvent _end;
    private readonly Doorbell _bell = new();
    private readonly RuleNotices _notices;
    private readonly Dictionary<IpVersion, string> _installed = [];
    private DivertPlan _plan;
    private bool? _isNumbered;
    private uint? _generation;
    private bool _hasFoundLeftovers;
    private long _restored;

    /// <summary>Installs the rules of the options' plan; throws <see cref="AdapterException"/>, and then nothing of them is left, but what a dead capture left stays: it holds packets back.</summary>
    public RuleKeeper(NfqueueOptions options)
    {
        _options = options;
        _plan = options.Plan;
        _notices = new RuleNotices();
        _end = new WakeEvent(_bell.Descriptor, _notices.Descriptor);
        _thread = new Thread(Keep) { IsBackground = true, Name = "ipsecdp divert rules" };
        _thread.Start();
        try
        {
            Do(() => Install(options.Plan));
        }
        catch (AdapterException)
        {
            End(removes: !_hasFoundLeftovers);
            throw;
        }
    }

    /// <summary>How often rules were gone or changed by somebody else and were put back.</summary>
    public long Restored => Interlocked.Read(ref _restored);

    /// <summary>Exchanges the rules for another plan's, each table in one transaction; throws <see cref="AdapterException"/>, and then each table has either the former or the other rules whole.</summary>
    public void Replace(DivertPlan plan) => Do(() =>
    {
        Install(plan);
        _plan = plan;
    });

    /// <summary>Looks at once whether all rules are there, and puts back what is not.</summary>
    public void Look() => Do(() => Check(_notices.ReadGeneration()));

    /// <summary>Removes the rules and ends.</summary>
    public void Dispose() => End(removes: true);

    /// <summary>Ends, and removes the rules or leaves them to hold packets back.</summary>
    public void End(bool removes)
    {
        try
        {
            Do(removes ? RemoveAll : _installed.Clear);
        }
        catch (AdapterException refused)
        {
            _options.Report($"rules of the capture were not removed: {refused.Message} Remove them with \"ipsecdp divert clean\".");
        }

        _end.Raise();
        _thread.Join();
        _end.Dispose();
        _bell.Dispose();
        _notices.Dispose();
    }

    /// <summary>Removes everything of ours from the calling thread's network namespace; gives how many chains there were.</summary>
    public static int RemoveFromHere()
    {
        var removed = 0;
        foreach (var version in Versions)
        {
            var found = IptablesCommand.Save(version);
            if (!found.IsEmpty)
            {
                IptablesCommand.Restore(version, RuleText.WriteRemoval(found.Jumps, found.Chains));
                removed += found.Chains.Count;
            }
        }

        return removed;
    }

    private static IReadOnlyList<IpVersion> Versions { get; } = Directory.Exists("/proc/sys/net/ipv6") ? [IpVersion.V4, IpVersion.V6] : [IpVersion.V4];

    private void RemoveAll()
    {
        _installed.Clear();
        RemoveFromHere();
    }

    private void Install(DivertPlan plan)
    {
        foreach (var version in Versions)
        {
            var found = IptablesCommand.Save(version);
            _hasFoundLeftovers |= _installed.Count == 0 && !found.IsEmpty;
            _installed[version] = Write(plan, version, found);
        }
    }

    // Whoever removes a rule between writing and looking would otherwise have it taken for what was written.
    private string Write(DivertPlan plan, IpVersion version, SavedRules found)
    {
        var text = new RuleText(_options, plan, version);
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            IptablesCommand.Restore(version, text.Write(found.Jumps));
            found = IptablesCommand.Save(version);
            if (found.Count == text.Count)
            {
                return found.Fingerprint;
            }
        }

        throw new AdapterException($"another program keeps removing the capture's IPv{(int)version} rules: stop it, or have it leave chains named {RuleNames.Prefix}… and the jumps to them alone.");
    }

    // The number was read before, so that what changes meanwhile is looked at again.
    private void Check(uint? generation)
    {
        foreach (var version in _installed.Keys.ToArray())
        {
            var found = IptablesCommand.Save(version);
            if (found.Fingerprint == _installed[version])
            {
                continue;
            }

            _installed[version] = Write(_plan, version, found);
            Interlocked.Increment(ref _restored);
            _options.Report($"somebody changed or removed the capture's IPv{(int)version} rules; they were put back.");
        }

        _generation = generation;
    }

    private void Keep()
    {
        while (!_end.IsRaised)
        {
            _end.AwaitReadable((int)LookEvery.TotalMilliseconds);
            _bell.Silence();
            _notices.Drain();
            if (TryTake() is { } order)
            {
                order.Carry();
                continue;
            }

            try
            {
                var generation = _notices.ReadGeneration();
                _isNumbered ??= Versions.All(IptablesCommand.IsNfTables);
                if (_isNumbered == false || generation is null || generation != _generation)
                {
                    Check(generation);
                }
            }
            catch (AdapterException refused)
            {
                _options.Report($"the capture's rules cannot be looked after: {refused.Message}");
            }
        }
    }

    private Order? TryTake()
    {
        lock (_gate)
        {
            return _orders.TryDequeue(out var order) ? order : null;
        }
    }

    private void Do(Action action)
    {
        using var order = new Order(action);
        lock (_gate)
        {
            _orders.Enqueue(order);
        }

        _bell.Ring();
        order.Await();
    }

    private sealed class Order(Action action) : IDisposable
    {
        private readonly ManualResetEventSlim _done = new();
        private AdapterException? _refusal;

        public void Carry()
        {
            try
            {
                action();
            }
            catch (AdapterException refused)
            {
                _refusal = refused;
            }

            _done.Set();
        }

        public void Await()
        {
            _done.Wait();
            if (_refusal is not null)
            {
                throw new AdapterException(_refusal.Message, _refusal);
            }
        }

        public void Dispose() => _done.Dispose();
    }
}
