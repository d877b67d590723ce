namespace Offload.Tests.Throughput.Line;

/// <summary>Tests that run when no other does.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public class RunsAlone;
